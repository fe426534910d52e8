using System.Text.Json.Serialization;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Engine.Tables.Steps;

/// <summary>
/// One change of a table, as data: a pure function from a table to a table. The same step gives the same table from the same table, and it
/// never changes a cell in place. This list of kinds is the only one.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = StepFile.Kind)]
[JsonDerivedType(typeof(DropMissingRows), "drop-missing-rows")]
[JsonDerivedType(typeof(DropDuplicateRows), "drop-duplicate-rows")]
[JsonDerivedType(typeof(LeaveOutRows), "leave-out-rows")]
[JsonDerivedType(typeof(FillMissing), "fill-missing")]
[JsonDerivedType(typeof(MarkMissing), "mark-missing")]
[JsonDerivedType(typeof(TrimBlanks), "trim-blanks")]
[JsonDerivedType(typeof(MergeAlike), "merge-alike")]
[JsonDerivedType(typeof(MergeLabels), "merge-labels")]
[JsonDerivedType(typeof(MergeRare), "merge-rare")]
[JsonDerivedType(typeof(ReadNumbers), "read-numbers")]
[JsonDerivedType(typeof(ReadDates), "read-dates")]
[JsonDerivedType(typeof(ClipNumbers), "clip-numbers")]
[JsonDerivedType(typeof(DropColumns), "drop-columns")]
[JsonDerivedType(typeof(UseColumn), "use-column")]
[JsonDerivedType(typeof(RenameColumn), "rename-column")]
public abstract record TableStep
{
    /// <summary>What it does, as an order: "Fill the missing cells of 'age' with the mean".</summary>
    [JsonIgnore]
    public string Words => Describe();

    /// <summary>Whether every row stays. Rows for prediction take only steps that keep them.</summary>
    [JsonIgnore]
    public bool KeepsRows => Keeps();

    /// <exception cref="StepFailedException">The step does not apply to this table.</exception>
    public abstract Stepped Apply(Table table);

    // Methods, because an overriding property would be written to JSON in spite of the attribute on the overridden one.
    protected abstract string Describe();

    protected virtual bool Keeps() => true;

    /// <exception cref="StepFailedException">There is no such column.</exception>
    protected static Column Find(Table table, string column) =>
        table.Has(column)
            ? table[column]
            : throw new StepFailedException(
                $"there is no column '{column}'",
                $"Rename the column of this table, or leave the step out. The columns are {QuotedNames.Of(table.Columns.Select(c => c.Name), 12)}.",
                StepFailedException.NoColumn
            );

    /// <summary>The named columns; all where none is named.</summary>
    /// <exception cref="StepFailedException">There is no such column.</exception>
    protected static Column[] Find(Table table, IReadOnlyList<string>? columns) =>
        columns is null or [] ? [.. table.Columns] : [.. columns.Select(name => Find(table, name))];

    /// <exception cref="StepFailedException">No row is left.</exception>
    protected static Stepped Keeping(Table table, int[] rows) =>
        rows.Length == table.RowCount ? new(table)
        : rows.Length == 0 && table.RowCount > 0
            ? throw new StepFailedException("no row would be left", "Choose fewer columns or another condition.")
        : new(table.Take(rows)) { Kept = rows };

    /// <summary>The table with other columns in place of those of the same name.</summary>
    protected static Table Changed(Table table, params IReadOnlyList<Column> changed)
    {
        var named = changed.ToDictionary(c => c.Name, StringComparer.Ordinal);
        return new(table.Name, [.. table.Columns.Select(c => named.GetValueOrDefault(c.Name, c))]);
    }

    /// <summary>"'a', 'b'" or "any column".</summary>
    protected static string Names(IReadOnlyList<string>? columns, string all) => columns is null or [] ? all : QuotedNames.Of(columns, 4);

    /// <summary>A text in quotes, shortened.</summary>
    protected static string Quoted(string text) => $"'{(text.Length <= 40 ? text : text[..39] + "…")}'";
}
