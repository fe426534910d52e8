using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>A table whose rows a run is asked about.</summary>
/// <param name="Given">The columns of the file with their cells as written; predictions are added to it.</param>
/// <param name="Features">The run's features as its learners are given them: what cannot be read as the run's kind is missing.</param>
/// <param name="Problems">Everything in which it differs from the run's table, at most one warning of each kind per column.</param>
public sealed record AskedTable(Table Given, Table Features, IReadOnlyList<Problem> Problems)
{
    /// <summary>How the file was read; null for rows that come from no file.</summary>
    public TableFormat? Format { get; init; }

    /// <param name="changed">The table after the steps of the run's table; null without steps.</param>
    /// <exception cref="BadDataException">The table lacks features of the run.</exception>
    public static AskedTable Of(LearningTask run, TableReading reading, Table? changed = null) =>
        Of(run, reading.Table, changed ?? reading.Table, reading.Problems) with
        {
            Format = reading.Format,
        };

    /// <param name="given">The table as it was given.</param>
    /// <param name="table">The table as the run's was read and changed.</param>
    /// <param name="found">What was found before.</param>
    /// <exception cref="BadDataException">The table lacks features of the run.</exception>
    internal static AskedTable Of(LearningTask run, Table given, Table table, IReadOnlyList<Problem> found)
    {
        var extra = Extra(run, table);
        Problem[] lacking = [.. run.Schema.Features.Where(f => !table.Has(f.Name)).Select(f => Lacking(f.Name, extra))];
        if (lacking.Length > 0)
            throw new BadDataException(lacking);
        int[] rows = [.. run.Split.Train, .. run.Split.Valid, .. run.Split.Test];
        var problems = new List<Problem>(found);
        var columns = new List<Column>();
        foreach (var feature in run.Schema.Features)
        {
            var column = new AskedColumn(feature, run.Table[feature.Name], rows, table[feature.Name]);
            columns.Add(column.Read());
            problems.AddRange(column.Problems);
        }
        if (extra.Count > 0)
            problems.Add(
                new(
                    Severity.Warning,
                    "extra-columns",
                    $"the run's table has no {QuotedNames.Of(extra)}; predictions do not use {(extra.Count == 1 ? "it" : "them")}",
                    "Nothing is to be done if this is meant."
                )
            );
        return new(
            new(given.Name, [.. given.Columns.Where(c => c.PartOf is null).Select(c => c.AsWritten)]),
            new(table.Name, columns),
            problems
        );
    }

    /// <summary>Rows with the cells of the run's table, as they are: a feature that a row lacks is missing.</summary>
    /// <param name="rows">Cells by column.</param>
    public static AskedTable Of(LearningTask run, IReadOnlyList<IReadOnlyDictionary<string, string>> rows)
    {
        var table = new Table(
            "rows",
            [.. run.Schema.Features.Select(f => new Column(f.Name, [.. rows.Select(r => r.GetValueOrDefault(f.Name, "").Trim())]))]
        );
        return Of(run, table, table, []);
    }

    /// <summary>The rows of the run's own table that have no target.</summary>
    /// <exception cref="BadDataException">Every row has one.</exception>
    public static AskedTable WithoutTarget(LearningTask run)
    {
        var rows = RowsWithoutTarget(run);
        if (rows.Count == 0)
            throw new BadDataException([
                new(
                    Severity.Error,
                    "no-row-without-target",
                    $"every row of the run's table has a value in '{run.Schema.Target.Name}'",
                    "Give a file with new rows."
                ),
            ]);
        var given = run.Table.Take(rows);
        return new(given, new(given.Name, [.. run.Schema.Features.Select(f => given[f.Name])]), []);
    }

    public static IReadOnlyList<int> RowsWithoutTarget(LearningTask run) =>
        run.Table[run.Schema.Target.Name] is var target ? [.. Enumerable.Range(0, run.Table.RowCount).Where(target.IsMissing)] : [];

    /// <summary>Columns that the run's table does not have.</summary>
    static IReadOnlyList<string> Extra(LearningTask run, Table table) =>
        [.. table.Columns.Select(c => c.Name).Where(name => run.Schema.Columns.All(c => c.Name != name))];

    static Problem Lacking(string feature, IReadOnlyList<string> extra)
    {
        var like = extra.FirstOrDefault(name => Plain(name) == Plain(feature));
        return new(
            Severity.Error,
            "missing-features",
            "the table has no such column, and the run was trained on it",
            like is null
                ? extra.Count == 0
                    ? "Add the column."
                    : $"Add the column, or rename one of {QuotedNames.Of(extra, 12)}."
                : $"Rename '{like}' to '{feature}'.",
            Column: feature
        );
    }

    /// <summary>A name without case, blanks, punctuation and a unit in brackets at its end.</summary>
    static string Plain(string name)
    {
        var end = name.TrimEnd() is { Length: > 1 } text && text[^1] is ')' or ']' ? text.LastIndexOfAny(['(', '[']) : -1;
        return string.Concat((end > 0 ? name[..end] : name).Where(char.IsLetterOrDigit)).ToUpperInvariant();
    }
}
