using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;

namespace LiftLab.Engine.Studio;

/// <summary>One number format of a column beside the others.</summary>
/// <param name="Format">Null: as the template writes numbers.</param>
/// <param name="Sample">The previewed row's cell in this format.</param>
/// <param name="Tokens">Mean tokens of a row; null without a tokenizer.</param>
/// <param name="Saved">Tokens of a row that are saved against the template as it is; negative where it needs more.</param>
/// <param name="Values">Different numbers of the column.</param>
/// <param name="Texts">Different texts that they become.</param>
/// <param name="Used">Whether this is how the column is written now.</param>
public sealed record FormatTrial(CellFormat? Format, string Sample, double? Tokens, double? Saved, int Values, int Texts, bool Used)
{
    /// <summary>Rows whose tokens are counted.</summary>
    const int MostRows = 24;

    /// <summary>Distinct numbers that are written.</summary>
    const int MostValues = 2_000;

    /// <summary>Numbers that are no longer told apart.</summary>
    public int Collapsed => Values - Texts;

    static readonly CellFormat?[] Choices =
    [
        null,
        new(CellForm.Integer),
        new(CellForm.Decimals, 1),
        new(CellForm.Decimals, 2),
        new(CellForm.Decimals, 4),
        new(CellForm.Significant, 2),
        new(CellForm.Significant, 3),
        new(CellForm.Spaced, 2),
        new(CellForm.Scientific, 2),
        new(CellForm.Scaled),
        new(CellForm.AsWritten),
    ];

    /// <summary>The formats of a numeric column side by side; empty where the template's text does not write its value.</summary>
    /// <param name="row">The previewed row, from 0.</param>
    /// <exception cref="FormatException">The template cannot be used.</exception>
    public static IReadOnlyList<FormatTrial> Of(
        PromptDesk desk,
        PromptTemplate template,
        string column,
        int row,
        CancellationToken cancel = default
    )
    {
        var now = desk.Fit(template);
        int[] rows = [.. desk.Task.Split.Train.Take(MostRows)];
        var used = template.Formats?.GetValueOrDefault(column);
        var before = Mean(desk, now, rows);
        (double Value, int Row)[] values =
        [
            .. Enumerable
                .Range(0, desk.Table.RowCount)
                .Select(r => (desk.Table[column].Numbers[r], r))
                .Where(v => double.IsFinite(v.Item1))
                .DistinctBy(v => v.Item1)
                .Take(MostValues),
        ];
        var choices = used is null || Choices.Contains(used) ? Choices : [used, .. Choices];
        var trials = new List<FormatTrial>();
        foreach (var choice in choices)
        {
            cancel.ThrowIfCancellationRequested();
            var prompts = With(desk, now.State, column, choice);
            var index = now.State.Features.ToList().FindIndex(f => f.Name == column);
            var probe = Probe(prompts, index);
            var written = values.Select(v => probe(desk.Table[column].Cells[v.Row])).Distinct(StringComparer.Ordinal).Count();
            var tokens = choice == used ? before : Mean(desk, prompts, rows);
            trials.Add(new(choice, probe(desk.Table[column].Cells[row]), tokens, before - tokens, values.Length, written, choice == used));
        }
        return trials.Select(t => t.Sample).Distinct(StringComparer.Ordinal).Skip(1).Any() ? trials : [];
    }

    /// <summary>The prompts with another format of one column; only its scale is fitted.</summary>
    static TablePrompts With(PromptDesk desk, PromptState state, string column, CellFormat? choice)
    {
        var template = state.Template.With(column, choice);
        var scaled = choice is null ? template.Numbers.Style == NumberStyle.Scaled : choice.Form == CellForm.Scaled;
        var scale = scaled
            ? ColumnScale.Fit(desk.Task.Split.Train.Select(r => desk.Table[column].Numbers[r]), template.Numbers.Clip)
            : null;
        return new(
            state with
            {
                Template = template,
                Features = [.. state.Features.Select(f => f.Name == column ? f with { Scale = scale } : f)],
            }
        );
    }

    /// <summary>Writes cells of one column as the template's text does: by the places of the cell in a prompt whose other cells are
    /// empty.</summary>
    static Func<string, string> Probe(TablePrompts prompts, int index)
    {
        var empty = prompts.State.Features.Select(_ => "").ToArray();
        var writer = prompts.State.Features[index].Name;
        return cell =>
        {
            empty[index] = cell;
            var placed = prompts.PromptWithPlaces(empty);
            return string.Concat(placed.Cells.Where(c => c.Column == writer).Select(c => placed.Text.Substring(c.Start, c.Length)));
        };
    }

    static double? Mean(PromptDesk desk, TablePrompts prompts, int[] rows) =>
        desk.Tokenizer is null || rows.Length == 0 ? null : rows.Average(r => desk.Count(prompts, r)!.Value);
}
