using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Web.Pages.Data.Steps;
using LiftLab.Web.Pages.Experiments;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;
using Severity = LiftLab.Engine.Tables.Severity;

namespace LiftLab.Web.Pages.Data;

/// <summary>One dataset: what its columns mean, what is wrong with it, what is in it.</summary>
public sealed partial class DatasetPage(Datasets datasets, NavigationManager navigation, IDialogService dialogs, ISnackbar snackbar)
    : IDisposable
{
    const string NoDataset = "no-dataset";

    static readonly TaskKind[] Tasks = [TaskKind.Classification, TaskKind.Regression];

    readonly CancellationTokenSource stop = new();
    string? openId;
    Dataset? dataset;
    Schema schema = new([], TaskKind.Classification);
    TableProfile? profile;
    EarlyHead? early; // shown until the table is read
    IReadOnlyList<Problem> problems = [];
    string name = "";
    Exception? fault;
    bool busy;
    BadDataException? refused;
    int attempt; // fields show what holds after a choice that was refused
    int version;
    StepsPanel? steps;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The filters of the rows; see <see cref="FilterAddress"/>.</summary>
    [SupplyParameterFromQuery(Name = "rows")]
    public string? Rows { get; set; }

    string? Target => schema.Columns.FirstOrDefault(c => c.Role == ColumnRole.Target)?.Name;
    int Errors => problems.Count(p => p.Severity == Severity.Error);
    bool Changed => dataset is not null && (!dataset.Row.Confirmed || name != dataset.Row.Name || !Same(schema, dataset.Row.Schema));

    string Size => $"{Counted(dataset!.Table.RowCount, "row")}, {Counted(dataset.Table.Columns.Count, "column")}";

    static string Counted(int number, string noun) => $"{Display.Count(number)} {noun}{(number == 1 ? "" : "s")}";

    string Described =>
        dataset!.Format switch
        {
            { Kind: "csv", Encoding: { } encoding } f =>
                $", read as {f.Delimiter switch { '\t' => "tab-separated", ';' => "semicolon-separated", '|' => "bar-separated", ' ' => "blank-separated", _ => "comma-separated" }} text in {encoding}{(f.DecimalMark == ',' ? " with decimal commas" : "")}",
            { Sheet: { } sheet } => $", from the sheet “{sheet}”",
            var f => $", read as {f.Kind switch { "arff" => "ARFF", "parquet" => "Parquet", _ => "JSON Lines" }}",
        };

    string RowsOf(string sheet) =>
        dataset!.Format.Sheets.FirstOrDefault(s => s.Name == sheet) is { } facts
            ? $" ({Counted(facts.Rows, "row")}{(facts.Hidden ? ", hidden" : "")})"
            : "";

    /// <summary>Whether a person changed something that is not confirmed; a guess that was only looked at is not.</summary>
    bool Edited => dataset is not null && (name != dataset.Row.Name || !Same(schema, dataset.Row.Schema));

    void ShowRows(string? filters) => navigation.NavigateTo(navigation.GetUriWithQueryParameter("rows", filters), replace: true);

    async Task AskBeforeLeavingAsync(LocationChangingContext context)
    {
        var stays = navigation.ToAbsoluteUri(context.TargetLocation).AbsolutePath == new Uri(navigation.Uri).AbsolutePath;
        if (!Edited || busy || stays)
            return;
        var leave = await dialogs.ShowMessageBoxAsync(
            "Leave without confirming?",
            "Your changes of the columns are not saved until you confirm them.",
            yesText: "Leave",
            cancelText: "Stay"
        );
        if (leave != true)
            context.PreventNavigation();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (openId == Id)
            return;
        (openId, dataset, profile, fault, heads, early) = (Id, null, null, null, [], null);
        await OpenAsync();
    }

    async Task OpenAsync()
    {
        fault = null;
        try
        {
            if (!Guid.TryParse(Id, out var id))
                throw new KeyNotFoundException($"There is no dataset '{Id}'.");
            Take(await datasets.OpenAsync(id, ShowEarly, stop.Token));
        }
        catch (OperationCanceledException) { }
        catch (KeyNotFoundException e)
        {
            fault = new BadDataException([new(Severity.Error, NoDataset, e.Message.TrimEnd('.'), "It may have been deleted.")]);
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
    }

    void ShowEarly(EarlyHead head)
    {
        var of = openId;
        _ = InvokeAsync(() =>
        {
            if (of != openId || dataset is not null)
                return;
            early = head;
            StateHasChanged();
        });
    }

    void Take(Dataset opened)
    {
        early = null;
        (dataset, schema, name, problems) = (opened, opened.Row.Schema, opened.Row.Name, opened.Problems);
        Look(opened.Table, schema);
    }

    /// <summary>Makes the change of a remedy: as a step, which is shown first, in the schema, or by reading the file again.</summary>
    Task ApplyAsync(Remedy remedy) =>
        remedy.Step is { } step ? steps!.ShowAsync(step)
        : remedy is { Role: { } role, Column: { } column }
            ? Apply(
                schema with
                {
                    Columns = [.. schema.Columns.Select(c => c.Name == column && c.Role != ColumnRole.Target ? c with { Role = role } : c)],
                }
            )
        : ReadAgainAsync((dataset!.Row.Reading ?? TableReadOptions.Default).With(remedy with { Column = InFile(remedy.Column) }));

    /// <summary>The name in the file of a column that steps may have renamed.</summary>
    string? InFile(string? column) => column is null ? null : dataset!.Stepped.Origins.GetValueOrDefault(column, column);

    Task ChangeStepsAsync(Func<StepTree, StepTree> change) =>
        MakeAsync(() => datasets.ChangeStepsAsync(dataset!.Row.Id, change, schema, stop.Token));

    Task GoToVersionAsync(int number) => MakeAsync(() => datasets.GoToVersionAsync(dataset!.Row.Id, number, stop.Token));

    Task NameVersionAsync((int Number, string Name) given) =>
        MakeAsync(() => datasets.NameVersionAsync(dataset!.Row.Id, given.Number, given.Name, stop.Token));

    Task ReadAgainAsync(TableReadOptions? reading) =>
        MakeAsync(() => datasets.ReadAgainAsync(dataset!.Row.Id, reading, schema, stop.Token));

    /// <summary>Takes a dataset whose table was made anew; the name that a person gives stays.</summary>
    Task MakeAsync(Func<Task<Dataset>> make) =>
        DoAsync(async () =>
        {
            var given = name;
            version++; // a check of the former schema that is under way no longer counts
            Take(await make());
            name = given;
        });

    /// <summary>Changes the schema. A column that becomes another sort of cells (numbers, texts, dates) is read again.</summary>
    async Task EditAsync(Func<Schema, Schema> change)
    {
        var changed = change(schema);
        var former = schema.Columns.ToDictionary(c => c.Name, c => c.Kind);
        var other = changed.Columns.FirstOrDefault(c =>
            former.TryGetValue(c.Name, out var kind) && kind != c.Kind && (Sort(kind), Sort(c.Kind)) is var (a, b) && a != b
        );
        var column = other is null || !dataset!.Table.Has(other.Name) ? null : dataset.Table[other.Name];
        if (
            column is null
            || column.PartOf is not null
            || !dataset!.Stepped.Origins.ContainsKey(column.Name)
            || Sort(other!.Kind) == 1 && column is { Told: null, Unit: null, Marks.Count: 0 }
        )
        {
            await Apply(changed);
            return;
        }
        var before = schema;
        schema = changed;
        await ReadAgainAsync(
            (dataset!.Row.Reading ?? TableReadOptions.Default).With(InFile(other.Name)!, c => c with { Kind = other.Kind })
        );
        if (refused is not null)
            schema = before;
    }

    static int Sort(ColumnKind kind) =>
        kind switch
        {
            ColumnKind.Number or ColumnKind.Integer => 0,
            ColumnKind.Category or ColumnKind.Text or ColumnKind.Identifier => 1,
            _ => 2 + (int)kind,
        };

    // The look at the whole table is taken off the circuit's thread; of several changes in a row the last one counts.
    async Task Apply(Schema changed)
    {
        schema = changed;
        var mine = ++version;
        Look(dataset!.Table, changed);
        var found = await Task.Run(() => ProblemsOf(dataset, changed), stop.Token);
        if (mine == version)
            problems = found;
    }

    /// <summary>The problems of the dataset with another schema. The reader's own problems stay whatever the columns mean.</summary>
    static IReadOnlyList<Problem> ProblemsOf(Dataset dataset, Schema changed)
    {
        HashSet<Problem> ofSchema = [.. TableCheck.Problems(dataset.Table, dataset.Row.Schema)];
        return [.. dataset.Problems.Where(p => !ofSchema.Contains(p)), .. StepOffers.Problems(dataset.Table, changed)];
    }

    Task ChooseTarget(string column) => Apply(schema.WithTarget(column, SchemaGuess.TaskOf(dataset!.Table[column])));

    async Task ConfirmAsync() => await DoAsync(async () => Take(await datasets.ConfirmAsync(dataset!.Row.Id, name, schema, stop.Token)));

    Task ConfirmAndRunAsync() => ConfirmAndGoAsync(id => $"/new?dataset={id:N}");

    Task ConfirmAndSpoilAsync() => ConfirmAndGoAsync(id => StudyAddress.OfRobustness(id));

    async Task ConfirmAndGoAsync(Func<Guid, string> address)
    {
        if (Changed)
            await ConfirmAsync();
        if (fault is null && refused is null)
            navigation.NavigateTo(address(dataset!.Row.Id));
    }

    Task SheetAsync(string sheet) => DoAsync(async () => Take(await datasets.ChooseSheetAsync(dataset!.Row.Id, sheet, stop.Token)));

    async Task DeleteAsync()
    {
        var sure = await dialogs.ShowMessageBoxAsync(
            "Delete this dataset?",
            $"“{name}” and its files ({Display.Bytes(await datasets.BytesAsync(dataset!.Row.Id, stop.Token))}) are removed. Runs keep copies of their own and stay.",
            yesText: "Delete",
            cancelText: "Keep"
        );
        if (sure != true)
            return;
        long? freed = null;
        await DoAsync(async () => freed = await datasets.DeleteAsync(dataset!.Row.Id, stop.Token));
        if (freed is not { } bytes)
            return;
        snackbar.Add($"“{name}” is deleted: {Display.Bytes(bytes)} freed.", MudBlazor.Severity.Normal);
        navigation.NavigateTo("/datasets");
    }

    async Task DoAsync(Func<Task> work)
    {
        (busy, fault, refused) = (true, null, null);
        try
        {
            await work();
        }
        catch (BadDataException e) when (dataset is not null)
        {
            refused = e;
            attempt++;
        }
        catch (OperationCanceledException) { }
        catch (Exception e)
            when (e is BadDataException or IOException or KeyNotFoundException or InvalidOperationException or UnauthorizedAccessException)
        {
            fault = e;
        }
        finally
        {
            busy = false;
        }
    }

    static bool Same(Schema a, Schema b) => a.Task == b.Task && a.Columns.SequenceEqual(b.Columns);

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
