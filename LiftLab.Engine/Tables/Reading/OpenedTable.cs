using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>A table that was read, with its guessed schema and the problems of both.</summary>
/// <param name="Card">The card of a bundled table; null for other tables.</param>
/// <param name="Problems">Problems of reading and of the schema, errors first.</param>
public sealed record OpenedTable(TableReading Reading, Schema Schema, TableCard? Card, IReadOnlyList<Problem> Problems)
{
    public Table Table => Reading.Table;

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
            Problems = [.. Reading.Problems.Concat(TableCheck.Problems(Table, schema)).OrderByDescending(p => p.Severity)],
        };
}
