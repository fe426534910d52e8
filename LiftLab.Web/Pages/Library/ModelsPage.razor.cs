using System.Globalization;
using LiftLab.Engine.Hub;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Torch;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LiftLab.Web.Pages.Library;

public sealed partial class ModelsPage : IDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly DeviceMemory device = DeviceMemory.Read();
    IReadOnlyList<LocalModel>? here;
    LocalModel? shown;
    BaseModel? known;
    long? gpu => device.OnCard ? device.Bytes : null;
    int finished;
    Exception? fault;

    [Inject]
    LabFolder Lab { get; set; } = default!;

    [Inject]
    LabModels Models { get; set; } = default!;

    [Inject]
    ModelDownloads Downloads { get; set; } = default!;

    [Inject]
    NavigationManager Navigation { get; set; } = default!;

    [Inject]
    IDialogService Dialogs { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "model")]
    public string? Model { get; set; }

    [SupplyParameterFromQuery(Name = "weights")]
    public string? Precision { get; set; }

    [SupplyParameterFromQuery(Name = "full")]
    public string? Full { get; set; }

    [SupplyParameterFromQuery(Name = "rank")]
    public string? Rank { get; set; }

    [SupplyParameterFromQuery(Name = "rows")]
    public string? Rows { get; set; }

    [SupplyParameterFromQuery(Name = "tokens")]
    public string? Tokens { get; set; }

    [SupplyParameterFromQuery(Name = "recompute")]
    public string? Recompute { get; set; }

    [SupplyParameterFromQuery(Name = "moments8")]
    public string? SmallMoments { get; set; }

    readonly AddressedChoice<MemoryChoice> choice = new();

    MemoryChoice Addressed =>
        new MemoryChoice(
            Enum.GetValues<WeightPrecision>()
                .Where(p => MemoryEstimate.Word(p).Equals(Precision, StringComparison.OrdinalIgnoreCase))
                .Cast<WeightPrecision?>()
                .FirstOrDefault()
                ?? (gpu is null ? WeightPrecision.Float32 : WeightPrecision.BFloat16),
            AddressValue.Flag(Full),
            AddressValue.Whole(Rank) ?? 16,
            AddressValue.Whole(Rows) ?? 4,
            AddressValue.Whole(Tokens) ?? 128,
            AddressValue.Flag(Recompute),
            AddressValue.Flag(SmallMoments),
            gpu is not null
        ).Checked;

    /// <summary>The address names a model that is neither here nor known.</summary>
    bool IsUnknown => Model is not null && here?.All(m => m.Name != Model) == true && BaseModels.Find(Model) is null;

    ModelConfig? Config => shown is not null ? shown.Config : known?.Config;

    protected override void OnInitialized() => Downloads.Changed += Moved;

    protected override Task OnParametersSetAsync()
    {
        choice.Read(Addressed);
        return here is null ? ReadAsync() : Task.FromResult(Show());
    }

    async Task ReadAsync()
    {
        fault = null;
        try
        {
            here = await Task.Run(() => new ModelLibrary(Lab.Models).List(), stop.Token);
        }
        catch (OperationCanceledException) { }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
        Show();
    }

    /// <summary>Shows the model in the address, else the first usable one on this machine, else the paper's.</summary>
    bool Show()
    {
        known = Model is null ? null : BaseModels.Find(Model);
        shown = here?.FirstOrDefault(m =>
            m.Name == Model || (known?.HubId is { } hub && m.Name.Equals(hub, StringComparison.OrdinalIgnoreCase))
        );
        if (shown is null && known?.Config is null)
            (shown, known) = (here?.FirstOrDefault(m => m.Config is not null), BaseModels.Find("gpt-j-6b"));
        return true;
    }

    void Moved() =>
        _ = InvokeAsync(async () =>
        {
            if (stop.IsCancellationRequested)
                return;
            var done = Downloads.All.Count(d => d.Doing == "done");
            if (done != finished)
            {
                finished = done;
                await ReadAsync();
            }
            StateHasChanged();
        });

    void Choose(MemoryChoice chosen)
    {
        choice.Choose(chosen);
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?>
                {
                    ["weights"] = MemoryEstimate.Word(chosen.Precision),
                    ["full"] = chosen.Full ? true : null,
                    ["rank"] = chosen.Rank == 16 ? null : chosen.Rank,
                    ["rows"] = chosen.Rows == 4 ? null : chosen.Rows,
                    ["tokens"] = chosen.Length == 128 ? null : chosen.Length,
                    ["recompute"] = chosen.Checkpointing ? true : null,
                    ["moments8"] = chosen.SmallMoments ? true : null,
                }
            ),
            replace: true
        );
    }

    static bool IsForContexts(LocalModel model) => model.IsBundled && model.Name == InContextSettings.BuiltIn;

    string Address(string name, string value) => Navigation.GetUriWithQueryParameter(name, value);

    async Task DeleteAsync(LocalModel model)
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            "Delete this model?",
            $"“{model.Name}” ({Display.Bytes(model.Bytes)}) is removed from this machine. Runs that used it keep their results, "
                + "but their adapters need it to predict again.",
            yesText: "Delete",
            cancelText: "Keep"
        );
        if (sure != true)
            return;
        try
        {
            await Models.DeleteAsync(model);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            fault = e;
            return;
        }
        await ReadAsync();
    }

    /// <summary>"6.05 B", "124 M".</summary>
    public static string Weights(long? parameters) =>
        parameters switch
        {
            null => "–",
            >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0.00} B"),
            >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0} M"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e3:0} K"),
        };

    public void Dispose()
    {
        Downloads.Changed -= Moved;
        stop.Cancel();
        stop.Dispose();
    }
}
