using System.Globalization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Checks;

/// <summary>
/// Finds cells, names and labels whose text holds one of the <see cref="Separators"/> and reaches a prompt or an answer. Cells that the
/// template writes in another form (a level, a code) do not matter.
/// </summary>
public static class MarkCheck
{
    public const string Code = "separator-in-cell";

    const string WhatToDo =
        "Write the marks with spaces (option --space-marks, or “Write them with spaces” beside the prompt), or replace "
        + "them in the table.";

    static readonly string[] Marks = [Separators.Prompt, Separators.Completion];

    /// <summary>One problem per column, with the number of cells and the first row. Rows count from 0.</summary>
    public static IReadOnlyList<Problem> Of(TablePrompts prompts, Table table, IReadOnlyList<int> rows)
    {
        if (prompts.Template.SpacedMarks)
            return [];
        var problems = new List<Problem>();
        var found = new Dictionary<string, Found>(StringComparer.Ordinal);
        var features = prompts.State.Features.Select(f => f.Name).ToArray();
        foreach (var row in rows.Order())
        {
            if (!features.Any(f => Has(table[f].Cells[row])))
                continue;
            var placed = prompts.PromptWithPlaces(table, row);
            foreach (var cells in placed.Cells.GroupBy(c => c.Column, StringComparer.Ordinal))
                if (cells.Any(c => Has(placed.Text.Substring(c.Start, c.Length))))
                    found[cells.Key] = found.TryGetValue(cells.Key, out var known)
                        ? known.With(table[cells.Key].Cells[row])
                        : new Found(row, 0, []).With(table[cells.Key].Cells[row]);
        }
        problems.AddRange(features.Where(found.ContainsKey).Select(f => found[f].Problem(f)));
        problems.AddRange(Names(prompts, table, rows));
        problems.AddRange(Labels(prompts, table, rows));
        return problems;
    }

    static IEnumerable<Problem> Names(TablePrompts prompts, Table table, IReadOnlyList<int> rows)
    {
        string[] names =
        [
            .. prompts
                .State.Features.Select(f => f.ReadableName ?? f.Name)
                .Append(prompts.State.TargetReadableName ?? prompts.State.TargetName)
                .Where(Has),
        ];
        if (names.Length == 0 || rows.Count == 0)
            yield break;
        var text = prompts.Prompt(table, rows[0]);
        foreach (var name in names.Where(n => text.Contains(n, StringComparison.Ordinal)))
            yield return new(
                Severity.Error,
                Code,
                $"the prompt has the column's name, which holds {Listed(name)}, the mark that ends a prompt or an answer",
                WhatToDo,
                Column: name
            );
    }

    static IEnumerable<Problem> Labels(TablePrompts prompts, Table table, IReadOnlyList<int> rows)
    {
        var target = prompts.State.TargetName;
        string[] wrong = [.. prompts.State.Labels.Where((_, i) => Has(prompts.Completions[i][..^Separators.Completion.Length]))];
        if (wrong.Length == 0 || !table.Has(target))
            yield break;
        int[] cells = [.. rows.Order().Where(r => wrong.Contains(table[target].Cells[r], StringComparer.Ordinal))];
        if (cells.Length > 0)
            yield return new Found(
                cells[0],
                cells.Length,
                [.. Marks.Where(m => wrong.Any(w => w.Contains(m, StringComparison.Ordinal)))]
            ).Problem(target);
    }

    static bool Has(string text) => Marks.Any(m => text.Contains(m, StringComparison.Ordinal));

    static string Listed(string text) =>
        string.Join(" and ", Marks.Where(m => text.Contains(m, StringComparison.Ordinal)).Select(m => $"'{m}'"));

    sealed record Found(int First, int Count, string[] Marks)
    {
        public Found With(string cell) =>
            this with
            {
                Count = Count + 1,
                Marks = [.. MarkCheck.Marks.Where(m => Marks.Contains(m) || cell.Contains(m, StringComparison.Ordinal))],
            };

        public Problem Problem(string column)
        {
            var marks = string.Join(" or ", Marks.Select(m => $"'{m}'"));
            var what =
                Count == 1
                    ? $"the cell holds {marks}, which marks the end of a prompt or an answer"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Count} cells hold {marks}, which marks the end of a prompt or an answer; this is the first"
                    );
            return new(Severity.Error, Code, what, WhatToDo, First + 1, column);
        }
    }
}
