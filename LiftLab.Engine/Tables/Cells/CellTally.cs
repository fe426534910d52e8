using System.Runtime.InteropServices;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>A text of a column, the number of its cells and the first row that has it, counted from 1.</summary>
readonly record struct CountedText(string Text, int Count, int Row);

/// <summary>The distinct non-empty texts of a column, in the order in which they occur.</summary>
sealed class CellTally
{
    public CellTally(IReadOnlyList<string> cells)
    {
        var texts = new List<CountedText>();
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i].Length == 0)
                continue;
            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(index, cells[i], out var known);
            if (!known)
            {
                at = texts.Count;
                texts.Add(new(cells[i], 0, i + 1));
            }
            texts[at] = texts[at] with { Count = texts[at].Count + 1 };
            Filled++;
        }
        Texts = texts;
    }

    public IReadOnlyList<CountedText> Texts { get; }

    public int Filled { get; }

    /// <summary>Non-empty cells from all over the column, at most <paramref name="most"/>.</summary>
    public static IReadOnlyList<string> Sample(IReadOnlyList<string> cells, int most)
    {
        var step = Math.Max(1, cells.Count / most);
        var sample = new List<string>();
        for (var i = 0; i < cells.Count && sample.Count < most; i += step)
        // A column that is mostly empty: the next cell with a text.
        for (var j = i; j < Math.Min(i + step, cells.Count); j++)
            if (cells[j].Length > 0)
            {
                sample.Add(cells[j]);
                break;
            }
        return sample;
    }
}
