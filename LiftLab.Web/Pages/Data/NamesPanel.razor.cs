using LiftLab.Engine.Prompts;
using LiftLab.Engine.Studio;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Data;

public sealed partial class NamesPanel : IDisposable
{
    /// <summary>More values are no list of codes.</summary>
    public const int MostValues = 40;

    /// <summary>Rows on which the previewed templates are fitted.</summary>
    const int FittedRows = 200;

    readonly CancellationTokenSource gone = new();
    string? chosen;
    Table? of;
    Schema? shown;
    IReadOnlyList<ValueCount>? values;
    List<(string Title, string Text)> previews = [];

    [Parameter, EditorRequired]
    public Table Table { get; set; } = default!;

    [Parameter, EditorRequired]
    public Schema Schema { get; set; } = default!;

    /// <summary>A change of the newest schema: the one that is shown may be older than a change that is under way.</summary>
    [Parameter]
    public EventCallback<Func<Schema, Schema>> Changed { get; set; }

    ColumnSchema? Chosen => Schema.Columns.FirstOrDefault(c => c.Name == chosen);

    int Written => Schema.Columns.Count(HasWords);

    /// <summary>A label that two values have; null for none.</summary>
    string? Twice =>
        Chosen?.ValueLabels?.Values.GroupBy(l => l, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Skip(1).Any())?.Key;

    /// <summary>Labels that the column's name says and nobody has taken or written; null for none.</summary>
    NamedLabels? InName =>
        Chosen is { ValueLabels: null } column && values is { } all ? NamedLabels.Of(column.Name, [.. all.Select(v => v.Value)]) : null;

    Task TakeAsync(NamedLabels named) =>
        Change(chosen!, c => c with { ReadableName = c.ReadableName ?? named.Name, ValueLabels = named.Labels });

    static bool HasWords(ColumnSchema column) => column.ReadableName is not null || column.ValueLabels is { Count: > 0 };

    protected override async Task OnParametersSetAsync()
    {
        if (of != Table)
        {
            of = Table;
            await ChooseAsync(Chosen?.Name ?? Schema.Columns.FirstOrDefault(c => c.Role == ColumnRole.Feature)?.Name);
        }
        if (shown == Schema)
            return;
        shown = Schema;
        var (table, schema) = (Table, Schema);
        try
        {
            var written = await Task.Run(() => FirstRow(table, schema), gone.Token);
            if (shown == schema)
                previews = written;
        }
        catch (OperationCanceledException) { }
    }

    async Task ChooseAsync(string? name)
    {
        (chosen, values) = (name, null);
        if (name is null || !Table.Has(name))
            return;
        var cells = Table[name];
        try
        {
            var found = await Task.Run(() => ValueCount.Of(cells, MostValues), gone.Token);
            if (chosen == name)
                values = found;
        }
        catch (OperationCanceledException) { }
    }

    /// <summary>The first row in the presets that write names and in the sentence.</summary>
    static List<(string, string)> FirstRow(Table table, Schema schema)
    {
        if (schema.Columns.All(c => c.Role != ColumnRole.Target) || schema.Features.Count == 0 || table.RowCount == 0)
            return [];
        int[] rows = [.. Enumerable.Range(0, Math.Min(FittedRows, table.RowCount))];
        string[] wanted = ["names", "units", "context"];
        return
        [
            .. PromptPresets
                .For(table, schema)
                .Where(p => wanted.Contains(p.Name))
                .Select(p => ($"Preset {p.Name}", p.Template))
                .Append(("Sentence", SentenceWriter.Draft(table, schema)))
                .Select(t => (t.Item1, TablePrompts.Fit(t.Item2, table, schema, rows, []).Prompt(table, 0))),
        ];
    }

    Task Change(string column, Func<ColumnSchema, ColumnSchema> change) => Changed.InvokeAsync(s => s.WithColumn(column, change));

    static ColumnSchema Labelled(ColumnSchema column, string value, string? label)
    {
        var labels = new Dictionary<string, string>(column.ValueLabels ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        labels.Remove(value);
        if (label is not null)
            labels[value] = label;
        return column with { ValueLabels = labels.Count > 0 ? labels : null };
    }

    static string? Trimmed(ChangeEventArgs e) => (e.Value as string)?.Trim() is { Length: > 0 } text ? text : null;

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }
}
