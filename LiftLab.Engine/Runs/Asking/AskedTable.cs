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
    /// <exception cref="BadDataException">The table lacks features of the run.</exception>
    public static AskedTable Of(LearningTask run, TableReading reading)
    {
        var table = reading.Table;
        var extra = Extra(run, table);
        Problem[] lacking = [.. run.Schema.Features.Where(f => !table.Has(f.Name)).Select(f => Lacking(f.Name, extra))];
        if (lacking.Length > 0)
            throw new BadDataException(lacking);
        int[] rows = [.. run.Split.Train, .. run.Split.Valid, .. run.Split.Test];
        var problems = new List<Problem>(reading.Problems);
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
            new(table.Name, [.. table.Columns.Where(c => c.PartOf is null).Select(c => c.AsWritten)]),
            new(table.Name, columns),
            problems
        );
    }

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

    /// <summary>A name without case, blanks and punctuation.</summary>
    static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
