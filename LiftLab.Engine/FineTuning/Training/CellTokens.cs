using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>A prompt as token ids, with the table cell and the level of each token.</summary>
public sealed class CellTokens
{
    /// <summary>Marks a token that is not a level.</summary>
    public const int NoLevel = -1;

    readonly int[] cells;
    readonly bool[] whole;

    CellTokens(int[] ids, int[] cells, bool[] whole, IReadOnlyList<CellSpan> spans) =>
        (Ids, this.cells, this.whole, Spans) = (ids, cells, whole, spans);

    /// <summary>The ids of the prompt, preceded by <see cref="Tokenizer.Begin"/>.</summary>
    public int[] Ids { get; }

    public IReadOnlyList<CellSpan> Spans { get; }

    public static CellTokens Of(PlacedPrompt prompt, Tokenizer tokenizer)
    {
        var ranges = tokenizer.Ranges(prompt.Text);
        var begin = tokenizer.Begin;
        int[] ids = [.. begin, .. ranges.Select(r => r.Id)];
        var (cells, whole) = (new int[ids.Length], new bool[ids.Length]);
        Array.Fill(cells, -1);
        var first = 0;
        for (var t = 0; t < ranges.Count; t++)
        {
            var (_, start, length) = ranges[t];
            while (first < prompt.Cells.Count && prompt.Cells[first].Start + prompt.Cells[first].Length <= start)
                first++;
            var most = 0;
            for (var c = first; c < prompt.Cells.Count && prompt.Cells[c].Start < start + length; c++)
            {
                var cell = prompt.Cells[c];
                var shared = Math.Min(start + length, cell.Start + cell.Length) - Math.Max(start, cell.Start);
                if (shared <= most)
                    continue;
                (most, cells[begin.Count + t]) = (shared, c);
                whole[begin.Count + t] = start == cell.Start && length == cell.Length;
            }
        }
        return new(ids, cells, whole, prompt.Cells);
    }

    /// <summary>
    /// The cell of a token: the one with which it shares the most characters; the first of equal ones. Null for text of the template.
    /// </summary>
    public CellSpan? CellOf(int token) => cells[token] >= 0 ? Spans[cells[token]] : null;

    /// <summary>Whether a token is the whole text of a category's code.</summary>
    public bool IsCode(int token) => whole[token] && Spans[cells[token]].Coded;

    /// <summary>The level of a token (0–99) if the token is the whole text of a scaled number; otherwise <see cref="NoLevel"/>.</summary>
    public int LevelOf(int token) => whole[token] ? Spans[cells[token]].Level ?? NoLevel : NoLevel;
}
