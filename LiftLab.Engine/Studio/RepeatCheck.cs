using System.Globalization;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Studio;

/// <summary>Rows with the same prompt: with different answers they limit what any model can reach; in training and test rows they flatter
/// it.</summary>
static class RepeatCheck
{
    public const string Contradiction = "rows-contradict",
        AcrossSplit = "rows-across-split";

    /// <summary>Share of the test rows from which repeated prompts are a warning.</summary>
    const double Many = 0.01;

    public static IEnumerable<PromptFinding> Of(
        PromptDesk desk,
        PromptTemplate template,
        IReadOnlyList<WrittenRow> train,
        IReadOnlyList<WrittenRow> test,
        CancellationToken cancel
    )
    {
        var classes = desk.Task.Labels.Count > 0;
        WrittenRow[][] against =
        [
            .. train.GroupBy(r => r.Text, StringComparer.Ordinal).Select(g => g.ToArray()).Where(g => g.Any(r => r.Target != g[0].Target)),
        ];
        if (against.Length > 0)
        {
            var first = against.MinBy(g => g[0].Row)!;
            var other = first.First(r => r.Target != first[0].Target);
            var rows = against.Sum(g => g.Length);
            yield return new(
                new(
                    Severity.Warning,
                    Contradiction,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{rows} of {train.Count} rows have the prompt of another row and another answer, first rows {first[0].Row + 1} and {other.Row + 1}; "
                    ) + (classes ? Ceiling(train, against) : Floor(train, against)),
                    ByFormat(desk, against)
                        ? "The rows differ in the table: a finer number format keeps them apart."
                        : "The rows are equal in the table: correct them, drop them, or add a column that tells them apart."
                ),
                FixOf(desk, template, against, cancel)
            );
        }
        var trained = train.GroupBy(r => r.Text, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        WrittenRow[][] across = [.. test.Where(r => trained.ContainsKey(r.Text)).Select(r => new[] { trained[r.Text], r })];
        if (across.Length > 0)
            yield return new(
                new(
                    across.Length > Many * test.Count ? Severity.Warning : Severity.Note,
                    AcrossSplit,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{across.Length} of {test.Count} test rows have the prompt of a training row, first row {across[0][1].Row + 1} as row {across[0][0].Row + 1}: their scores measure memory"
                    ),
                    ByFormat(desk, across)
                        ? "The rows differ in the table: a finer number format keeps them apart."
                        : "The rows are equal in the table: drop the duplicates before the split."
                ),
                FixOf(desk, template, across, cancel)
            );
    }

    /// <summary>Each group is answered by its most frequent class at best.</summary>
    static string Ceiling(IReadOnlyList<WrittenRow> rows, WrittenRow[][] against)
    {
        var lost = against.Sum(g => g.Length - g.GroupBy(r => r.Target).Max(c => c.Count()));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"no model can be right on more than {1 - (double)lost / rows.Count:0.0 %} of them"
        );
    }

    /// <summary>Each group is answered by its mean at best.</summary>
    static string Floor(IReadOnlyList<WrittenRow> rows, WrittenRow[][] against)
    {
        var squares = against.Sum(g => g.Average(r => r.Target) is var mean ? g.Sum(r => (r.Target - mean) * (r.Target - mean)) : 0);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"no model can have a root mean squared error below {Math.Sqrt(squares / rows.Count):G3}"
        );
    }

    static bool ByFormat(PromptDesk desk, WrittenRow[][] groups) =>
        groups.Any(g => g.Any(r => WrittenRow.Cells(desk, r.Row) != WrittenRow.Cells(desk, g[0].Row)));

    /// <summary>A finer number format where it keeps some of the rows apart; else the table has the remedy.</summary>
    static PromptFix FixOf(PromptDesk desk, PromptTemplate template, WrittenRow[][] groups, CancellationToken cancel)
    {
        var table = new PromptFix("Look at the table");
        if (!ByFormat(desk, groups))
            return table;
        var finer = template with
        {
            Numbers = template.Numbers.Style switch
            {
                NumberStyle.Decimal => template.Numbers with { Decimals = Math.Min(15, template.Numbers.Decimals + 2) },
                _ => template.Numbers with { Style = NumberStyle.AsWritten },
            },
            Formats = null,
        };
        if (finer.Equals(template))
            return table;
        try
        {
            var prompts = desk.Fit(finer);
            var apart = groups.Any(g => WrittenRow.Of(desk, prompts, g.Select(r => r.Row), cancel).DistinctBy(r => r.Text).Count() > 1);
            return apart
                ? new(
                    finer.Numbers.Style == NumberStyle.AsWritten
                        ? "Write numbers as in the table"
                        : string.Create(CultureInfo.InvariantCulture, $"Write {finer.Numbers.Decimals} decimals"),
                    finer
                )
                : table;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return table;
        }
    }
}
