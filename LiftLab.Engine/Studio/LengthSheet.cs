using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.Studio;

/// <summary>The lengths of a table's rows in tokens, prompt and answer together.</summary>
/// <param name="Rows">Row numbers from 0, in the order of <paramref name="Lengths"/>.</param>
/// <param name="Lengths">Tokens of each row.</param>
/// <param name="Context">The model's context; null if it is not known.</param>
/// <param name="RowsOfTable">Rows of the table; more than <paramref name="Rows"/> where only some were counted.</param>
public sealed record LengthSheet(IReadOnlyList<int> Rows, IReadOnlyList<int> Lengths, int? Context, int RowsOfTable)
{
    /// <summary>Maximum number of rows that are counted, evenly spread over the table.</summary>
    public const int MostRows = 5_000;

    public int Longest => Lengths.Count == 0 ? 0 : Lengths.Max();

    public int Shortest => Lengths.Count == 0 ? 0 : Lengths.Min();

    public double Mean => Lengths.Count == 0 ? 0 : Lengths.Average();

    /// <summary>The row of the longest text, from 0.</summary>
    public int LongestRow => Lengths.Count == 0 ? 0 : Rows[Lengths.ToList().IndexOf(Longest)];

    /// <summary>Rows whose text does not fit into the context, longest first.</summary>
    public IReadOnlyList<int> Over =>
        Context is { } most
            ? [.. Rows.Zip(Lengths).Where(r => r.Second > most).OrderByDescending(r => r.Second).ThenBy(r => r.First).Select(r => r.First)]
            : [];

    /// <summary>Bars of equal width.</summary>
    /// <param name="most">Maximum number of bars.</param>
    /// <returns>Lowest and highest length (inclusive) and number of rows of each bar.</returns>
    public IReadOnlyList<(int Low, int High, int Count)> Bars(int most)
    {
        if (Lengths.Count == 0)
            return [];
        var (low, high) = (Shortest, Longest);
        var width = Math.Max(1, (high - low + most) / most);
        var counts = new int[(high - low) / width + 1];
        foreach (var length in Lengths)
            counts[(length - low) / width]++;
        return [.. counts.Select((count, i) => (low + i * width, low + (i + 1) * width - 1, count))];
    }

    /// <exception cref="FormatException">The template cannot write a row.</exception>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public static LengthSheet Of(PromptDesk desk, TablePrompts prompts, CancellationToken cancel = default)
    {
        var count = desk.Table.RowCount;
        int[] rows =
            count <= MostRows
                ? [.. Enumerable.Range(0, count)]
                : [.. Enumerable.Range(0, MostRows).Select(i => (int)((long)i * count / MostRows))];
        var lengths = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            lengths[i] = desk.Count(prompts, rows[i]) ?? 0;
        }
        return new(rows, lengths, desk.Context, count);
    }
}
