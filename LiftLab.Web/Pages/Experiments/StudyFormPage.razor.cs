using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Pages.Library;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Severity = LiftLab.Engine.Tables.Severity;

namespace LiftLab.Web.Pages.Experiments;

/// <summary>A question with tables, changes, learners, protocol and seeds on one screen, with what it will take.</summary>
public sealed partial class StudyFormPage(
    Datasets datasets,
    LabStudies studies,
    LabRuns runs,
    LabProviders providers,
    Browser browser,
    NavigationManager navigation,
    ISnackbar snackbar
) : IDisposable
{
    /// <summary>Datasets that are offered; an older one is reached from its own page.</summary>
    const int MostOffered = 200;

    readonly CancellationTokenSource stop = new();
    readonly AddressedChoice<StudyAddress> address = new();
    Experiment? experiment;
    IReadOnlyList<DatasetRow> all = [];
    StudyAddress? shown;
    StudyDraft? draft;
    RunSpec? run;
    (StudySpec Spec, StudyCost Cost)? planned;
    Task reading = Task.CompletedTask;
    IReadOnlyList<Problem> moneyProblems = [];
    IReadOnlyList<RunRow> remoteRuns = [];
    string typed = "";
    Exception? fault;
    string? refused;
    bool adding,
        counting,
        starting,
        unfinished;
    int version;

    [Parameter]
    public string Question { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tables")]
    public string? Tables { get; set; }

    [SupplyParameterFromQuery(Name = "learners")]
    public string? Learners { get; set; }

    [SupplyParameterFromQuery(Name = "kinds")]
    public string? Kinds { get; set; }

    [SupplyParameterFromQuery(Name = "seeds")]
    public string? Seeds { get; set; }

    [SupplyParameterFromQuery(Name = "protocol")]
    public string? ProtocolName { get; set; }

    /// <summary>A run whose learners with their settings are taken.</summary>
    [SupplyParameterFromQuery(Name = "like")]
    public string? Like { get; set; }

    [SupplyParameterFromQuery(Name = "recipe")]
    public string? Recipe { get; set; }

    [SupplyParameterFromQuery(Name = "name")]
    public string? Named { get; set; }

    [SupplyParameterFromQuery(Name = "launcher")]
    public string? Launcher { get; set; }

    StudyAddress Now => address.Value;
    IReadOnlyList<TaskKind> Tasks => [.. draft!.Tables.Select(t => t.Schema.Task).Distinct()];

    /// <summary>
    /// Nothing that is known speaks against a start. It stays true while a change is counted: a press of the button just after the change
    /// would be lost, and the start waits for the count anyway.
    /// </summary>
    bool CanStart =>
        (planned is not null || counting)
        && draft is { Faults.Count: 0 }
        && refused is null
        && !unfinished
        && moneyProblems.All(p => p.Severity != Severity.Error)
        && MoneyGate.IsOpen(MoneyText, typed);

    /// <summary>What must be typed before the start; null for nothing.</summary>
    string? MoneyText => planned is { Cost: var cost } ? providers.Asks(cost.Money, cost.Unpriced.Count > 0) : null;

    protected override async Task OnParametersSetAsync()
    {
        if (experiment?.Name != Question)
        {
            (experiment, draft, planned, fault, shown) = (null, null, null, null, null);
            if (ExperimentList.All.FirstOrDefault(e => e.Name == Question) is not { } found)
            {
                fault = Bad("no-experiment", $"There is no experiment '{Question}'", "Choose one from the list of experiments.");
                return;
            }
            experiment = found;
        }
        address.Read(new(Tables, Learners, Kinds, Seeds, ProtocolName, Like, Recipe, Named, Launcher));
        if (shown != Now)
            await ReadAsync();
    }

    /// <summary>Reads the choices anew; of several changes in a row the last one counts.</summary>
    Task ReadAsync() => reading = ReadNowAsync();

    async Task ReadNowAsync()
    {
        var (mine, now) = (++version, Now);
        (shown, fault, refused, counting) = (now, null, null, true);
        try
        {
            if (all.Count == 0)
            {
                all = (await datasets.ListAsync(0, MostOffered, cancel: stop.Token)).Items;
                remoteRuns = await runs.RemoteAsync(stop.Token);
            }
            var tables = await TablesAsync(now);
            run = now.Like is { } like ? await Task.Run(() => runs.Folder(like).ReadSpec(), stop.Token) : null;
            if (mine != version)
                return;
            draft = StudyDraft.Of(now, experiment!, tables, run);
            if (draft.Faults.Count > 0)
                return;
            var plan = await studies.PlanAsync(draft.ToRequest(), stop.Token);
            var money = await studies.MoneyProblemsAsync(plan.Spec, plan.Cost, stop.Token);
            if (mine == version)
                (planned, moneyProblems) = (plan, money);
        }
        catch (OperationCanceledException) { }
        catch (Exception) when (mine != version) { } // a later choice counts
        catch (ArgumentException e) when (draft is not null)
        {
            (planned, refused) = (null, e.Message);
        }
        catch (ArgumentException e)
        {
            fault = Bad("bad-address", e.Message, "Begin with the defaults of this question.");
        }
        catch (KeyNotFoundException e)
        {
            fault = Bad("not-in-lab", e.Message.TrimEnd('.'), "It may have been deleted. Begin with the defaults of this question.");
        }
        catch (BadDataException e) when (draft is not null)
        {
            (planned, refused) = (null, $"{e.Problems[0].What}. {e.Problems[0].WhatToDo}");
        }
        catch (Exception e)
        {
            fault = e;
        }
        finally
        {
            counting &= mine != version;
        }
    }

    async Task<IReadOnlyList<DatasetRow>> TablesAsync(StudyAddress now)
    {
        if (now.Tables is not { } ids)
            return [.. all.Where(t => t.Confirmed).Take(1)];
        var tables = new List<DatasetRow>();
        foreach (var text in StudyAddress.List(ids).Distinct())
            tables.Add(
                Guid.TryParse(text, out var id)
                    ? all.FirstOrDefault(t => t.Id == id) ?? (await datasets.OpenAsync(id, stop.Token)).Row
                    : throw new KeyNotFoundException($"There is no dataset '{text}'.")
            );
        return tables;
    }

    /// <summary>Takes a choice at once and stores it in the address.</summary>
    async Task Choose(StudyAddress now)
    {
        address.Choose(now);
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(now.Query), replace: true);
        await ReadAsync();
    }

    Task AddTable(Guid id) => TablesAsync(draft!.Tables.Select(t => t.Id).Append(id));

    Task RemoveTable(Guid id) => TablesAsync(draft!.Tables.Select(t => t.Id).Where(t => t != id));

    Task TablesAsync(IEnumerable<Guid> ids) => Choose(Now with { Tables = string.Join(',', ids.Select(t => t.ToString("N"))) });

    async Task AddBundledAsync(string name)
    {
        (adding, fault) = (true, null);
        try
        {
            var added = await datasets.AddSampleAsync(name, stop.Token);
            all = [added.Row, .. all.Where(t => t.Id != added.Row.Id)];
            await AddTable(added.Row.Id);
        }
        catch (OperationCanceledException) { }
        catch (Exception e) when (e is BadDataException or IOException or KeyNotFoundException)
        {
            fault = e;
        }
        finally
        {
            adding = false;
        }
    }

    /// <summary>Keeps the names of the learners and takes their standard settings.</summary>
    Task LeaveRun() => Choose(Now with { Like = null, Learners = string.Join(',', draft!.Learners.Select(l => l.Name)) });

    async Task StartAsync()
    {
        (starting, fault) = (true, null);
        while (counting)
            await reading;
        if (!CanStart || stop.IsCancellationRequested)
        {
            starting = false;
            return; // the page says why
        }
        try
        {
            var request = draft!.ToRequest() with { Launcher = Now.Launcher, Confirmed = typed };
            navigation.NavigateTo($"/studies/{await studies.StartAsync(request, stop.Token)}");
        }
        catch (OperationCanceledException) { }
        catch (Exception e)
        {
            (fault, starting) = (e, false);
        }
    }

    async Task CopyAsync() =>
        snackbar.Add(
            await browser.CopyAsync(draft!.CommandLine()) ? "Command copied" : "The browser did not allow copying",
            MudBlazor.Severity.Normal
        );

    Task SaveAsync() => browser.SaveAsync("study.json", "application/json", draft!.ToJson());

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
