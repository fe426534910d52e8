using System.Globalization;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Parts;
using LiftLab.Web.Parts.Fields;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Providers;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Severity = LiftLab.Engine.Tables.Severity;

namespace LiftLab.Web.Pages.Start;

/// <summary>Data, prompt, model, recipe, comparison on one screen, with what it will cost.</summary>
public sealed partial class NewRunPage(
    Datasets datasets,
    Drafts drafts,
    LabRuns runs,
    LabProviders lab,
    Browser browser,
    NavigationManager navigation,
    ISnackbar snackbar
) : IDisposable
{
    static readonly AllowedValues Seeds = AllowedValues.Whole(0);

    readonly CancellationTokenSource stop = new();
    PageOf<DatasetRow>? tables;
    (string? Dataset, string? Like, string? From, string? Draft)? open;
    readonly OwnAddress own = new(navigation);
    IReadOnlyList<FittedRun> fitted = [];
    FittedRun? start;
    RunDraft? draft;
    RunPlan? plan;
    Exception? fault;
    BadDataException? bad;
    bool starting;
    int version;
    FieldFaults fields = default!;
    IReadOnlyList<KeptProvider> providers = [];
    MonthSum? month;
    string typed = "";

    [SupplyParameterFromQuery(Name = "dataset")]
    public string? Chosen { get; set; }

    [SupplyParameterFromQuery(Name = "like")]
    public string? Like { get; set; }

    /// <summary>A run whose weights the new one starts from.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    /// <summary>A draft that is kept on the server; it stands in the address from the first change on.</summary>
    [SupplyParameterFromQuery(Name = "draft")]
    public string? Kept { get; set; }

    /// <summary>Where the run will run; null for the usual choice.</summary>
    [SupplyParameterFromQuery(Name = "launcher")]
    public string? Launcher { get; set; }

    LearningTask? Given => plan?.Given;

    /// <summary>What must be typed before the start; null for nothing.</summary>
    string? Question => plan is null ? null : lab.Asks(plan.Money, LabProviders.Unpriced(plan));
    IReadOnlyList<string> Axes => BoundarySurface.Numeric(Given!.Schema);
    Target Target => Target.Of(Given!.Schema.Task, []);
    IReadOnlyList<string>? LineColumns => Target.IsDrawnOverOne ? BoundarySurface.LineColumns(Given!.Schema) : null;
    string PictureName => draft!.Boundary?.PictureName(Given!.Schema) ?? Target.SurfaceName;

    protected override void OnInitialized() => fields = new(StateHasChanged);

    protected override async Task OnParametersSetAsync()
    {
        // Also while it is read: a second reading would end after the first changes, and undo them.
        if (open == (Chosen, Like, From, Kept) || own.IsOnItsWay)
            return;
        open = (Chosen, Like, From, Kept);
        (draft, plan, fault, bad, start) = (null, null, null, null, null);
        try
        {
            start = await StartOfAsync(From);
            if (Kept is not null && drafts.Read(Kept) is { } kept && (Chosen is null || Chosen == kept.Dataset.ToString("N")))
                await OpenAsync(await datasets.OpenAsync(kept.Dataset, stop.Token), d => RunDraft.Kept(kept.Run, d));
            else if (Like is not null && Chosen is null)
                await OpenLikeAsync(Like);
            else if (Chosen is null)
                tables = await datasets.ListAsync(0, 50, cancel: stop.Token);
            else
                await OpenAsync(
                    await OpenDatasetAsync(Chosen),
                    d => start is { } run ? RunDraft.Default(d).From(run) : RunDraft.Default(d)
                );
        }
        catch (OperationCanceledException) { }
        catch (BadDataException e)
        {
            bad = e;
        }
        catch (Exception e)
        {
            fault = e;
        }
    }

    // a run that went meanwhile is said, and the page offers what there is
    async Task<FittedRun?> StartOfAsync(string? id)
    {
        if (id is null)
            return null;
        try
        {
            return await runs.FittedAsync(id, stop.Token);
        }
        catch (KeyNotFoundException)
        {
            fault = new BadDataException([
                new(
                    Severity.Error,
                    "no-start",
                    $"There is no run '{id}' with weights to start from",
                    "It may have been deleted. Choose another one under Base model, or start from a base model."
                ),
            ]);
            return null;
        }
    }

    string Address(Guid table) => $"/new?dataset={table:N}" + (start is null ? "" : $"&from={start.Id}");

    async Task<Dataset> OpenDatasetAsync(string id) =>
        Guid.TryParse(id, out var guid)
            ? await datasets.OpenAsync(guid, stop.Token)
            : throw new KeyNotFoundException($"There is no dataset '{id}'.");

    async Task OpenLikeAsync(string id)
    {
        var row = await runs.GetAsync(id, stop.Token);
        if (row.DatasetId is not { } from)
            throw new KeyNotFoundException("That run's dataset is not in this lab any more. Choose a table.");
        Chosen = from.ToString("N");
        var spec = await Task.Run(() => runs.Folder(id).ReadSpec(), stop.Token);
        await OpenAsync(await datasets.OpenAsync(from, stop.Token), d => RunDraft.Like(spec, d));
    }

    async Task OpenAsync(Dataset opened, Func<Dataset, RunDraft> make)
    {
        if (opened.Problems.Where(p => p.Severity == Severity.Error).ToArray() is { Length: > 0 } errors)
            throw new BadDataException(errors);
        fitted = await runs.FittedAsync(cancel: stop.Token);
        providers = await Task.Run(() => lab.Shelf.All, stop.Token);
        if (start is { } run && fitted.All(r => r.Id != run.Id))
            fitted = [.. fitted, run]; // older than those that are offered
        await TakeAsync(await Task.Run(() => make(opened), stop.Token));
    }

    async Task ChangeAsync(RunDraft changed)
    {
        fault = null;
        try
        {
            await TakeAsync(changed);
            Keep();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (Exception e) when (e is BadDataException or KeyNotFoundException or IOException)
        {
            fault = e;
        }
    }

    /// <summary>The text is typed: a start takes it, and the plan follows when the typing rests.</summary>
    void Typed(PromptTemplate template) => draft = draft!.With(template);

    void SendTo(string? launcher)
    {
        Launcher = launcher;
        navigation.NavigateTo(navigation.GetUriWithQueryParameter("launcher", launcher), replace: true);
    }

    Task NameAsync(ChangeEventArgs e) => ChangeAsync(draft! with { Name = e.Value as string ?? "" });

    void Keep()
    {
        if (draft is not { } now || drafts.Save(Kept, new(now.Dataset.Id, now.ToFile())) is not { } id)
            return;
        (Kept, Chosen, Like, From) = (id, now.Dataset.Id.ToString("N"), null, null);
        open = (Chosen, Like, From, Kept);
        var address = $"/new?dataset={Chosen}&draft={id}" + (Launcher is null ? "" : $"&launcher={Uri.EscapeDataString(Launcher)}");
        own.Take(address);
    }

    /// <summary>Takes a change and plans anew; of several changes in a row the last one counts.</summary>
    /// <exception cref="BadDataException">The table cannot be learned from.</exception>
    async Task TakeAsync(RunDraft changed)
    {
        draft = changed;
        var mine = ++version;
        var next = await runs.PlanAsync(changed.ToRequest(), stop.Token);
        if (mine != version)
            return;
        if (next.Given is null)
            throw new BadDataException(next.Problems);
        plan = next;
        month = next.Money is null ? null : await lab.MonthAsync(stop.Token);
    }

    Task AtProviderAsync(KeptProvider kept)
    {
        var task = draft!.Dataset.Schema.Task;
        var model = draft.Remote?.Provider.Name == kept.Name ? draft.Remote.Model : kept.UsualModel;
        return ChangeAsync(
            draft.At(OpenAiSettings.Default(kept.Provider, model, task) with { MostDollars = lab.Money.Settings.MostPerRun })
        );
    }

    /// <summary>Reads the target as classes or as a number from now on; the recipe becomes the standard one of that task.</summary>
    async Task TaskAsync(TaskKind task)
    {
        var was = draft!;
        if (was.Dataset.Schema.Task == task)
            return;
        fault = null;
        try
        {
            var table = was.Dataset;
            var dataset = await datasets.ConfirmAsync(table.Id, table.Name, table.Schema with { Task = task }, stop.Token);
            await ChangeAsync(RunDraft.Default(dataset) with { Name = was.Name, SplitSeed = was.SplitSeed, Seed = was.Seed });
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (Exception e) when (e is BadDataException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static int Number(string text) => int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);

    Task SettingsAsync(LiftSettings settings) => ChangeAsync(draft! with { Settings = settings });

    async Task UseSampleAsync(string name)
    {
        try
        {
            navigation.NavigateTo(Address((await datasets.AddSampleAsync(name, stop.Token)).Row.Id));
        }
        catch (Exception e) when (e is BadDataException or IOException or KeyNotFoundException)
        {
            fault = e;
        }
    }

    async Task StartAsync()
    {
        if (fields.Any)
            return;
        (starting, fault) = (true, null);
        try
        {
            var request = draft!.ToRequest() with { Launcher = Launcher, Confirmed = typed };
            navigation.NavigateTo($"/runs/{await runs.StartAsync(request, stop.Token)}");
        }
        catch (OperationCanceledException) { }
        catch (Exception e)
        {
            (fault, starting) = (e, false);
        }
    }

    async Task CopyAsync() =>
        snackbar.Add(
            await browser.CopyAsync(draft!.CommandLine(draft.Dataset.FileName)) ? "Command copied" : "The browser did not allow copying",
            MudBlazor.Severity.Normal
        );

    Task SaveAsync() => browser.SaveAsync("run.json", "application/json", draft!.ToJson());

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
