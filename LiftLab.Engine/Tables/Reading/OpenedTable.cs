using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>A table that was read, with its guessed schema and the problems of both.</summary>
/// <param name="Card">The card of a bundled table; null for other tables.</param>
/// <param name="Problems">Problems of reading and of the schema, errors first.</param>
public sealed record OpenedTable(TableReading Reading, Schema Schema, TableCard? Card, IReadOnlyList<Problem> Problems)
{
    /// <summary>The steps that were done on the table that was read; null for none.</summary>
    public SteppedTable? Stepped { get; init; }

    public Table Table => Stepped?.Table ?? Reading.Table;

    /// <summary>Where the table was downloaded from; null for other tables.</summary>
    public TableSource? Source { get; init; }

    /// <param name="pathOrName">A file, or the name of a bundled table where there is no such file.</param>
    /// <exception cref="BadDataException">The file does not exist or contains no usable table.</exception>
    public static async Task<OpenedTable> OpenAsync(string pathOrName, TableReadOptions? options = null, CancellationToken cancel = default)
    {
        var bundled = BundledTables.All.FirstOrDefault(t =>
            t.Path == Path.GetFullPath(pathOrName) || t.Name == pathOrName && !File.Exists(pathOrName)
        );
        var reading = await TableReader.ReadAsync(bundled?.Path ?? pathOrName, options, cancel);
        return await Task.Run(() => Of(reading, bundled?.Card), cancel);
    }

    public static OpenedTable Of(TableReading reading, TableCard? card = null)
    {
        var schema = card?.SchemaFor(reading.Table) ?? SchemaGuess.Guess(reading.Table);
        return new OpenedTable(reading, schema, card, []).With(schema);
    }

    /// <summary>The same table with another schema and its problems.</summary>
    public OpenedTable With(Schema schema) =>
        this with
        {
            Schema = schema,
            Problems = [.. Found(Reading, Stepped).Concat(StepOffers.Problems(Table, schema)).OrderByDescending(p => p.Severity)],
        };

    /// <summary>The same file after steps on its table, with the schema of columns that are guessed as before.</summary>
    public OpenedTable With(SteppedTable stepped)
    {
        var former = stepped.Renamed(Schema, Stepped?.Origins ?? SteppedTable.Of(Reading.Table).Origins);
        var guess = stepped.Renamed(SchemaGuess.Guess(Table), Stepped?.Origins ?? SteppedTable.Of(Reading.Table).Origins);
        return (this with { Stepped = stepped }).With(SchemaGuess.Guess(stepped.Table).Keeping(former, guess));
    }

    /// <summary>
    /// What was found while reading, with rows and columns as they are after the steps. A problem of a column that is gone is left out; one
    /// of
    /// a row that is gone is said without the row.
    /// </summary>
    public static IEnumerable<Problem> Found(TableReading reading, SteppedTable? stepped)
    {
        if (stepped is null || stepped.Outcomes.Count == 0)
            return reading.Problems;
        var names = stepped.Origins.ToDictionary(o => o.Value, o => o.Key, StringComparer.Ordinal);
        var rows = stepped.Rows?.Select((row, i) => (row, i)).ToDictionary(r => r.row + 1, r => r.i + 1);
        return reading
            .Problems.Where(p => p.Column is null || !stepped.Source.Has(p.Column) || names.ContainsKey(p.Column))
            .Select(p =>
                p with
                {
                    Column = p.Column is { } name ? names.GetValueOrDefault(name, name) : null,
                    Row = p.Row is { } row && rows is not null ? (rows.TryGetValue(row, out var now) ? now : null) : p.Row,
                }
            );
    }
}
