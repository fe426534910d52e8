using LiftLab.Engine.Experiments;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Wordings;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Pages.Studies;

/// <summary>One row before and after a perturbation, as cells and as LIFT's prompts.</summary>
/// <param name="Title">"Row 17, training".</param>
/// <param name="Cells">Cells that differ; null before or after where the row is not there.</param>
/// <param name="Before">The sentence; null for a row that was added, and where no prompt can be written.</param>
/// <param name="After">The sentence; null for a row that was left out, and where no prompt can be written.</param>
/// <param name="BeforeCoded">What the model reads in place of the sentence; null where it reads the sentence.</param>
/// <param name="AfterCoded">What the model reads in place of the sentence; null where it reads the sentence.</param>
public sealed record SampleText(
    string Title,
    IReadOnlyList<(string Column, string? Before, string? After)> Cells,
    IReadOnlyList<SampleText.Piece>? Before,
    IReadOnlyList<SampleText.Piece>? After,
    string? BeforeCoded,
    string? AfterCoded
)
{
    /// <summary>A piece of a prompt.</summary>
    /// <param name="IsChanged">A cell that is written otherwise than before the perturbation.</param>
    public sealed record Piece(string Text, bool IsChanged);

    /// <summary>The rows as texts, and why there are no prompts (null where there are).</summary>
    public static (IReadOnlyList<SampleText> Rows, string? NoPrompt) Of(StudySamples samples, LearnerSpec? lift)
    {
        var training = samples.Stage == PerturbationStage.Training;
        var own = lift is null ? LiftSettings.Default(samples.Clean.Kind) : LiftSettings.Of(lift, samples.Clean.Kind);
        // A coded prompt stands beside the sentence that says the same.
        var isCoded = own.Template.Numbers.Style == NumberStyle.Scaled;
        var sentence = isCoded ? PromptPresets.Named("names", samples.Clean.Kind) with { Classes = ClassWording.Label } : own.Template;
        try
        {
            var (said, coded) = (Pair.Of(sentence, samples), isCoded ? Pair.Of(own.Template, samples) : null);
            return ([.. samples.Rows.Select(r => Of(samples, r, said, coded, training))], null);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or BadDataException)
        {
            return (
                [.. samples.Rows.Select(r => Of(samples, r, null, null, training))],
                $"The template cannot write these rows: {e.Message}"
            );
        }
    }

    /// <summary>A template fitted without and with the perturbation.</summary>
    sealed record Pair(TablePrompts Before, TablePrompts After)
    {
        public static Pair Of(PromptTemplate template, StudySamples samples) =>
            new(
                Fit(template, samples.Clean),
                Fit(Rewording.Of(template, samples.Asked.Wording, samples.Clean.Labels.Count == 0), samples.Learnt)
            );

        static TablePrompts Fit(PromptTemplate template, LearningTask task) =>
            TablePrompts.Fit(template, task.Table, task.Schema, task.Split.Train, task.Labels);

        /// <summary>Training rows are learnt with their answers; of test rows only the question is asked.</summary>
        public (PlacedText? Was, PlacedText? IsNow) Write(StudySamples samples, SampledRow row, bool withAnswer) =>
            (
                row.Before is { } was ? PlacedText.Of(Before, samples.Clean.Table, was, withAnswer) : null,
                row.After is { } isNow ? PlacedText.Of(After, samples.Asked.Table, isNow, withAnswer) : null
            );
    }

    static SampleText Of(StudySamples samples, SampledRow row, Pair? said, Pair? coded, bool training)
    {
        var (was, isNow) = said?.Write(samples, row, training) ?? default;
        var (wasCoded, isNowCoded) = coded?.Write(samples, row, training) ?? default;
        return new(
            TitleOf(row.Before, row.After, training),
            Differences(samples, row.Before, row.After),
            was?.Pieces(null),
            isNow?.Pieces(was),
            wasCoded?.Text,
            isNowCoded?.Text
        );
    }

    /// <summary>A text with the places of the cells in it.</summary>
    sealed record PlacedText(string Text, IReadOnlyList<CellSpan> Cells)
    {
        public static PlacedText Of(TablePrompts prompts, Table table, int row, bool withAnswer)
        {
            if (!withAnswer)
            {
                var asked = prompts.PromptWithPlaces(table, row);
                return new(asked.Text, asked.Cells);
            }
            var learnt = prompts.WriteWithPlaces(table, row);
            var start = learnt.Example.Prompt.Length;
            return new(
                learnt.Example.Prompt + learnt.Example.Completion,
                [.. learnt.Cells.Select(c => c.Part == ExamplePart.Prompt ? c : c with { Start = c.Start + start })]
            );
        }

        string At(CellSpan cell) => Text.Substring(cell.Start, cell.Length);

        /// <param name="before">Cells that it writes otherwise are marked; null: none is.</param>
        public List<Piece> Pieces(PlacedText? before)
        {
            var known = before?.Cells.GroupBy(c => c.Column).ToDictionary(g => g.Key, g => before.At(g.First()));
            var pieces = new List<Piece>();
            var at = 0;
            foreach (var cell in Cells.Where(_ => known is not null).OrderBy(c => c.Start))
            {
                if (cell.Start < at || cell.Length == 0 || known!.GetValueOrDefault(cell.Column) == At(cell))
                    continue;
                if (cell.Start > at)
                    pieces.Add(new(Text[at..cell.Start], false));
                pieces.Add(new(At(cell), true));
                at = cell.Start + cell.Length;
            }
            if (at < Text.Length)
                pieces.Add(new(Text[at..], false));
            return pieces;
        }
    }

    static string TitleOf(int? from, int? to, bool training) =>
        from is null ? "A row that is added"
        : to is null ? $"Row {from + 1}, left out"
        : $"Row {from + 1}, {(training ? "training" : "test")}";

    static IReadOnlyList<(string, string?, string?)> Differences(StudySamples samples, int? from, int? to)
    {
        var (clean, changed) = (samples.Clean, samples.Asked);
        string? Before(string column) => from is { } row && clean.Table.Has(column) ? clean.Table[column].Cells[row] : null;
        string? After(string column) => to is { } row && changed.Table.Has(column) ? changed.Table[column].Cells[row] : null;
        return
        [
            .. clean
                .Schema.Features.Concat(changed.Schema.Features)
                .Select(f => f.Name)
                .Append(clean.Schema.Target.Name)
                .Distinct()
                .Select(c => (c, Before(c), After(c)))
                .Where(c => c.Item2 != c.Item3),
        ];
    }
}
