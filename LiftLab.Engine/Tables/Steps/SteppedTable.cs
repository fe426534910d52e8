namespace LiftLab.Engine.Tables.Steps;

/// <summary>
/// A table after a list of steps. It is always computed from the table as read, so that the same steps give the same bytes, however the
/// list
/// came about; the table as read is never changed.
/// </summary>
/// <param name="Source">The table as read.</param>
/// <param name="Rows">The row of the source that each row is; null where all rows stay.</param>
/// <param name="Origins">The column of the source that each column is, by its present name; columns that steps added are absent.</param>
public sealed record SteppedTable(
    Table Source,
    Table Table,
    IReadOnlyList<StepOutcome> Outcomes,
    IReadOnlyList<int>? Rows,
    IReadOnlyDictionary<string, string> Origins
)
{
    /// <summary>The steps that were done, with what they found written out; see <see cref="Stepped.Settled"/>.</summary>
    public IReadOnlyList<TableStep> Settled { get; init; } = [];

    public IReadOnlyList<StepOutcome> Failures => [.. Outcomes.Where(o => o.State == StepState.Failed)];

    /// <summary>The same table, if every step was done or left out by a person.</summary>
    /// <param name="leaveOut">How a step is left out, by its number.</param>
    /// <exception cref="BadDataException">Steps do not apply, with every reason.</exception>
    public SteppedTable Demanded(Func<int, string> leaveOut) =>
        Failures is { Count: > 0 } failures
            ? throw new BadDataException([
                .. failures.Select(f =>
                    f.Failure! with
                    {
                        What = $"step {f.Number} ({f.Step.Words}) does not apply: {f.Failure.What}",
                        WhatToDo = $"{f.Failure.WhatToDo} To continue without step {f.Number}: {leaveOut(f.Number)}.",
                    }
                ),
            ])
            : this;

    /// <param name="off">Places of steps, from 1, that are left out.</param>
    public static SteppedTable Of(Table source, IReadOnlyList<TableStep> steps, IReadOnlyCollection<int>? off = null)
    {
        var table = source;
        IReadOnlyList<int>? rows = null;
        var origins = source.Columns.ToDictionary(c => c.Name, c => c.Name, StringComparer.Ordinal);
        var outcomes = new List<StepOutcome>();
        var settled = new List<TableStep>();
        for (var i = 0; i < steps.Count; i++)
        {
            if (off?.Contains(i + 1) == true)
            {
                outcomes.Add(new(i + 1, steps[i], StepState.Off, new(), []));
                continue;
            }
            try
            {
                var stepped = steps[i].Apply(table);
                outcomes.Add(new(i + 1, steps[i], StepState.Done, TableDiff.Of(table, stepped).Counts, stepped.Notes));
                settled.Add(stepped.Settled ?? steps[i]);
                if (stepped.Kept is { } kept)
                    rows = rows is null ? kept : [.. kept.Select(row => rows[row])];
                origins = After(origins, stepped);
                table = stepped.Table;
            }
            catch (StepFailedException e)
            {
                outcomes.Add(new(i + 1, steps[i], StepState.Failed, new(), [], new(Severity.Error, e.Code, e.What, e.WhatToDo)));
            }
        }
        return new(source, table, outcomes, rows, origins) { Settled = settled };
    }

    /// <summary>A table without steps.</summary>
    public static SteppedTable Of(Table source) => Of(source, []);

    /// <summary>A schema of the source's columns, or of the columns after other steps, for the columns of this table.</summary>
    /// <param name="formerly">The origins of the schema's columns.</param>
    public Schema Renamed(Schema schema, IReadOnlyDictionary<string, string> formerly)
    {
        var now = Origins.ToDictionary(o => o.Value, o => o.Key, StringComparer.Ordinal);
        string Name(string column) => formerly.TryGetValue(column, out var origin) && now.TryGetValue(origin, out var name) ? name : column;
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return schema with { Columns = [.. schema.Columns.Select(c => c with { Name = Name(c.Name) }).Where(c => taken.Add(c.Name))] };
    }

    static Dictionary<string, string> After(Dictionary<string, string> origins, Stepped stepped)
    {
        var after = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in stepped.Table.Columns)
            if (origins.TryGetValue(stepped.Renamed.GetValueOrDefault(column.Name, column.Name), out var origin))
                after[column.Name] = origin;
        return after;
    }
}
