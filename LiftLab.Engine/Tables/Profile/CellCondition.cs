using System.Globalization;
using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>What the cells of one column must be for a row to be shown.</summary>
public abstract record CellCondition(string Column)
{
    /// <summary>"5 to 5.5", "Gentoo", "missing".</summary>
    public abstract string Words { get; }

    /// <summary>The test of a row of a table that has the column.</summary>
    /// <param name="kind">What the cells mean.</param>
    public abstract Func<int, bool> On(Column column, ColumnKind kind);

    /// <summary>Numbers or dates from <paramref name="Low"/> to below <paramref name="High"/>.</summary>
    /// <param name="Closed">Whether <paramref name="High"/> itself counts, as in the last bin of a histogram.</param>
    public sealed record Range(string Column, double Low, double High, bool Closed, string Text) : CellCondition(Column)
    {
        public override string Words => Text;

        public override Func<int, bool> On(Column column, ColumnKind kind)
        {
            var numbers = HeadNumbers.Of(column, kind);
            return r => numbers[r] >= Low && (numbers[r] < High || Closed && numbers[r] == High);
        }
    }

    /// <summary>Cells with exactly this text.</summary>
    public sealed record Is(string Column, string Text) : CellCondition(Column)
    {
        public override string Words => Text;

        public override Func<int, bool> On(Column column, ColumnKind kind)
        {
            char[] room = [];
            return r => column.CellAt(r, ref room).SequenceEqual(Text);
        }
    }

    /// <summary>Filled cells with none of these texts.</summary>
    public sealed record IsOther(string Column, IReadOnlyList<string> Texts, int Distinct) : CellCondition(Column)
    {
        public override string Words => string.Create(CultureInfo.InvariantCulture, $"{Distinct:N0} other values");

        public override Func<int, bool> On(Column column, ColumnKind kind)
        {
            var known = Texts.ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
            char[] room = [];
            return r => column.CellAt(r, ref room) is { Length: > 0 } cell && !known.Contains(cell);
        }

        public bool Equals(IsOther? other) =>
            other is not null && Column == other.Column && Texts.SequenceEqual(other.Texts, StringComparer.Ordinal);

        public override int GetHashCode() => HashCode.Combine(Column, Texts.Count);
    }

    public sealed record IsMissing(string Column) : CellCondition(Column)
    {
        public override string Words => "missing";

        public override Func<int, bool> On(Column column, ColumnKind kind) => column.IsMissing;
    }

    /// <summary>
    /// The rows, in order, that meet the conditions: one of those on the same column, and so for each column. All rows without conditions.
    /// </summary>
    public static int[] Rows(Table table, Schema schema, IReadOnlyList<CellCondition> conditions, CancellationToken cancel = default)
    {
        var kinds = schema.Columns.ToDictionary(c => c.Name, c => c.Kind, StringComparer.Ordinal);
        Func<int, bool>[][] tests =
        [
            .. conditions
                .Where(c => table.Has(c.Column))
                .GroupBy(c => c.Column, StringComparer.Ordinal)
                .Select(g => (Func<int, bool>[])[.. g.Select(c => c.On(table[g.Key], kinds.GetValueOrDefault(g.Key)))]),
        ];
        var rows = new List<int>();
        for (var r = 0; r < table.RowCount; r++)
        {
            if (r % 4096 == 0)
                cancel.ThrowIfCancellationRequested();
            var all = true;
            foreach (var any in tests)
            {
                var one = false;
                foreach (var test in any)
                    one = one || test(r);
                if (!(all = one))
                    break;
            }
            if (all)
                rows.Add(r);
        }
        return [.. rows];
    }
}

/// <summary>The numbers by which the cells of a column are ordered: numbers, and days since 1970-01-01 for dates.</summary>
static class HeadNumbers
{
    public static IReadOnlyList<double> Of(Column column, ColumnKind kind)
    {
        if (kind != ColumnKind.Date)
            return column.Numbers;
        var known = new Dictionary<string, double>(StringComparer.Ordinal);
        var days = new double[column.Cells.Count];
        for (var r = 0; r < days.Length; r++)
        {
            var cell = column.Cells[r];
            if (!known.TryGetValue(cell, out days[r]))
                known[cell] = days[r] = DateNotation.Read(cell, DateOrder.DayFirst) is { Value: var date }
                    ? (date - DateTime.UnixEpoch).TotalDays
                    : double.NaN;
        }
        return days;
    }

    public static string Text(double value, ColumnKind kind) =>
        kind == ColumnKind.Date
            ? DateTime.UnixEpoch.AddDays(value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : value.ToString(Math.Abs(value) is >= 1e6 and < 1e12 && value == Math.Floor(value) ? "0" : "G4", CultureInfo.InvariantCulture);
}
