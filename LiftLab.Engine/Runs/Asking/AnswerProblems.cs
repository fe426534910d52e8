using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>Counts the unreadable answers of a table while they come.</summary>
public sealed class AnswerProblems(IReadOnlyList<AskedLearner> learners)
{
    readonly Counted[] tooLong = [.. learners.Select(_ => new Counted())],
        others = [.. learners.Select(_ => new Counted())];

    sealed class Counted
    {
        public int Count { get; set; }
        public int Row { get; set; }
        public string Text { get; set; } = "";
    }

    public int Unreadable => tooLong.Concat(others).Sum(c => c.Count);

    public void Add(AnsweredPiece piece)
    {
        for (var learner = 0; learner < piece.Answers.Count; learner++)
        for (var i = 0; i < piece.Rows; i++)
            if (piece.Answers[learner][i] is Prediction.Unreadable { Text: var text })
            {
                var kind = text.StartsWith("too long:", StringComparison.Ordinal) ? tooLong[learner] : others[learner];
                if (kind.Count++ == 0)
                    (kind.Row, kind.Text) = (piece.First + i + 1, text);
            }
    }

    /// <summary>At most one warning of each kind per learner.</summary>
    public IReadOnlyList<Problem> ToList() =>
        [
            .. learners.SelectMany(
                (learner, i) =>
                    ((Counted Of, bool TooLong)[])[(tooLong[i], true), (others[i], false)] is var kinds
                        ? kinds.Where(k => k.Of.Count > 0).Select(k => Of(k.Of, k.TooLong, learners.Count > 1 ? learner.Title + ": " : ""))
                        : []
            ),
        ];

    static Problem Of(Counted found, bool tooLong, string who)
    {
        var which =
            who
            + (
                found.Count == 1
                    ? "the answer is"
                    : string.Create(CultureInfo.InvariantCulture, $"{found.Count} answers, this is the first, are")
            );
        return tooLong
            ? new(
                Severity.Warning,
                "too-long",
                $"{which} unreadable: {found.Text}",
                "Shorten the texts of these rows, or use a model with a longer context.",
                found.Row
            )
            : new(
                Severity.Warning,
                "unreadable-answers",
                $"{which} unreadable: the model wrote '{Short(found.Text)}'",
                "The predicted cell is empty; the column that ends in _text has what the model wrote.",
                found.Row
            );
    }

    internal static string Short(string text) => text.Length <= 60 ? text : text[..59] + "…";
}
