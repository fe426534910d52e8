using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.OpenAi;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web.Providers;

/// <summary>A lab with one provider: a service on loopback that asks for a key, which only the lab has.</summary>
sealed class ProviderLab : IAsyncDisposable
{
    public const string Key = "sk-planted-in-a-lab-9876543210";
    public const string Name = "planted";

    ProviderLab(LabServer lab, TestProvider service, Provider provider) => (Lab, Service, Provider) = (lab, service, provider);

    public LabServer Lab { get; }
    public TestProvider Service { get; }
    public Provider Provider { get; }
    public LabProviders Providers => Lab.Get<LabProviders>();

    public static async Task<ProviderLab> StartAsync(LabServer? lab = null)
    {
        var service = await TestProvider.StartAsync();
        service.Accepts = Key;
        lab ??= LabServer.AsDeployed();
        var provider = service.Provider with { Name = Name };
        var made = new ProviderLab(lab, service, provider);
        made.Providers.Shelf.Save(provider, Key, null);
        made.Providers.Money.Save(new PriceList(new(2026, 11, 27), [new("compatible", "tiny", 1000, 10, 20)]));
        return made;
    }

    public async Task<NewRun> RequestAsync(Func<OpenAiSettings, OpenAiSettings>? change = null)
    {
        var dataset = await Lab.Get<Datasets>().AddSampleAsync("iris");
        var settings = OpenAiSettings.Default(Provider, "tiny", dataset.Row.Schema.Task) with { Epochs = 1 };
        return new(dataset.Row.Id, "At a provider", (change?.Invoke(settings) ?? settings).ToSpec(), [new LearnerSpec("majority")]);
    }

    /// <summary>Starts a run and confirms what is asked.</summary>
    public async Task<RunFolder> RunAsync(Func<OpenAiSettings, OpenAiSettings>? change = null)
    {
        var request = await RequestAsync(change);
        var plan = await Lab.Get<LabRuns>().PlanAsync(request);
        var typed = Providers.Asks(plan.Money, LabProviders.Unpriced(plan));
        return Lab.Get<LabRuns>().Folder(await Lab.Get<LabRuns>().StartAsync(request with { Confirmed = typed }));
    }

    public async ValueTask DisposeAsync()
    {
        Lab.Dispose();
        await Service.DisposeAsync();
    }
}
