using System.Collections;
using System.Text.Json.Serialization;

namespace LiftLab.Engine.Figures;

/// <summary>Rows of text under headings. Rows created by <see cref="Of"/> are formatted only when they are read.</summary>
/// <param name="Rows">Shape (rows, headings).</param>
public sealed record DataTable(IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public static readonly DataTable Empty = new([], []);

    [JsonIgnore]
    public int RowCount => Rows.Count;

    public IReadOnlyList<string> Row(int index) => Rows[index];

    public static DataTable Of(IReadOnlyList<string> headings, int rowCount, Func<int, IReadOnlyList<string>> row) =>
        new(headings, new RowsOnDemand(rowCount, row));

    sealed class RowsOnDemand(int count, Func<int, IReadOnlyList<string>> row) : IReadOnlyList<IReadOnlyList<string>>
    {
        public IReadOnlyList<string> this[int index] => row(index);

        public int Count => count;

        public IEnumerator<IReadOnlyList<string>> GetEnumerator() => Enumerable.Range(0, count).Select(row).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
