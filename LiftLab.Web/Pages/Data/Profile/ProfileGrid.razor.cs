using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Web.Parts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;

namespace LiftLab.Web.Pages.Data.Profile;

public sealed partial class ProfileGrid
{
    /// <summary>With more columns only those in sight are in the page.</summary>
    public const int MostWhole = 24;

    /// <summary>Columns in the page at most, however wide the window is.</summary>
    const int MostShown = 40;

    /// <summary>Columns beside those in sight.</summary>
    const int Beside = 3;

    const int ColumnWidth = 172,
        NumberWidth = 76;

    readonly CancellationTokenSource gone = new();
    CancellationTokenSource? filtering;
    DotNetObjectReference<ProfileGrid>? self;
    List<CellCondition> filters = [];
    ElementReference grid;
    ColumnSchema[] columns = [];
    Table? of;
    int[]? rows;
    int first,
        count = MostWhole;
    bool watched;
    string? open,
        notFound;
    string sought = "",
        said = "";

    [CascadingParameter(Name = "Dark")]
    public bool Dark { get; set; }

    [Parameter, EditorRequired]
    public Table Table { get; set; } = default!;

    [Parameter, EditorRequired]
    public Schema Schema { get; set; } = default!;

    /// <summary>The heads that are known, by column.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, ColumnHead> Heads { get; set; } = new Dictionary<string, ColumnHead>();

    /// <summary>The groups of the target; null while they are not known.</summary>
    [Parameter]
    public TargetGroups? Groups { get; set; }

    /// <summary>The filters as the address has them; see <see cref="FilterAddress"/>.</summary>
    [Parameter]
    public string? Filter { get; set; }

    /// <summary>Told of the filters when a person changes them.</summary>
    [Parameter]
    public EventCallback<string?> FilterChanged { get; set; }

    bool Wide => columns.Length > MostWhole;

    IEnumerable<ColumnSchema> Shown => columns.Skip(first).Take(Wide ? count : columns.Length);

    int After => Wide ? Math.Max(0, columns.Length - first - count) : 0;

    object RowsKey => rows ?? (object)Table;

    string Waiting =>
        Heads.Count < columns.Length ? $", {Display.Count(Heads.Count)} of {Display.Count(columns.Length)} columns profiled" : "";

    ColumnHead? HeadOf(string column) => Heads.GetValueOrDefault(column);

    IReadOnlyList<CellCondition> Of(string column) => filters.Count == 0 ? [] : [.. filters.Where(f => f.Column == column)];

    protected override Task OnParametersSetAsync()
    {
        columns =
        [
            .. Schema.Columns.Where(c => Table.Has(c.Name)),
            .. Table.Columns.Where(c => Schema.Columns.All(s => s.Name != c.Name)).Select(c => new ColumnSchema(c.Name, ColumnKind.Text)),
        ];
        if (of == Table)
            return Task.CompletedTask;
        // Filters on columns that the changed table still has stay.
        filters = of is null ? FilterAddress.Read(Filter, Table) : [.. filters.Where(f => Table.Has(f.Column))];
        (of, rows, open, first, said) = (Table, null, null, 0, "");
        return FilterAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!Wide || watched)
            return;
        watched = true;
        self ??= DotNetObjectReference.Create(this);
        await Browser.CallAsync("watchColumns", grid, self, ColumnWidth, NumberWidth);
    }

    /// <summary>The browser tells which columns are in sight.</summary>
    [JSInvokable]
    public void InSight(int from, int number)
    {
        var shown = Math.Clamp(number + 2 * Beside, 1, MostShown);
        var start = Math.Clamp(from - Beside, 0, Math.Max(0, columns.Length - shown));
        if ((start, shown) == (first, count))
            return;
        (first, count) = (start, shown);
        StateHasChanged();
    }

    async Task GoToAsync(string part)
    {
        (sought, notFound) = (part, null);
        var at = Array.FindIndex(columns, c => c.Name.Contains(part.Trim(), StringComparison.OrdinalIgnoreCase));
        if (at < 0)
        {
            notFound = part;
            return;
        }
        InSight(at, count - 2 * Beside);
        await Browser.CallAsync("scrollColumns", grid, at * ColumnWidth);
    }

    Task PickAsync(CellCondition condition) =>
        SetAsync(filters.Contains(condition) ? [.. filters.Where(f => !f.Equals(condition))] : [.. filters, condition]);

    Task ClearAsync() => SetAsync([]);

    async Task SetAsync(List<CellCondition> chosen)
    {
        filters = chosen;
        await FilterChanged.InvokeAsync(FilterAddress.Write(chosen));
        await FilterAsync();
    }

    /// <summary>Finds the rows beside the page; of several changes in a row the last one counts.</summary>
    async Task FilterAsync()
    {
        filtering?.Cancel();
        filtering = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        var (mine, table, schema, chosen) = (filtering.Token, Table, Schema, filters);
        if (chosen.Count == 0)
        {
            (rows, said) = (null, rows is null ? "" : "All rows are shown.");
            return;
        }
        try
        {
            var found = await Task.Run(() => CellCondition.Rows(table, schema, chosen, mine), mine);
            mine.ThrowIfCancellationRequested();
            (rows, said) = (found, $"{Display.Count(found.Length)} of {Display.Count(table.RowCount)} rows are shown.");
        }
        catch (OperationCanceledException) { }
    }

    ValueTask<ItemsProviderResult<int>> RowsAsync(ItemsProviderRequest request)
    {
        var all = rows?.Length ?? Table.RowCount;
        var number = Math.Max(0, Math.Min(request.Count, all - request.StartIndex));
        return new(
            new ItemsProviderResult<int>([.. Enumerable.Range(request.StartIndex, number).Select(i => rows is null ? i : rows[i])], all)
        );
    }

    static string Short(string cell) => cell.Length > 60 ? cell[..59] + "…" : cell;

    static string Px(string property, int pixels) => string.Create(CultureInfo.InvariantCulture, $"{property}:{pixels}px");

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
        self?.Dispose();
    }
}
