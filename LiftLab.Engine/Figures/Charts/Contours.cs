namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// The lines on a grid where a value changes: between classes, or through a level of a number. Marching squares; where more than two edges
/// of a square are crossed, the lines meet in its middle.
/// </summary>
sealed class Contours
{
    readonly IReadOnlyList<double> x,
        y;
    readonly Dictionary<int, (double X, double Y)> places = [];
    readonly Dictionary<int, List<int>> neighbours = [];

    /// <param name="crossing">Position of the line between two neighbouring points of the grid, by their indices (row-major): a share of
    /// the
    /// way from the first to the second; null where no line passes.</param>
    /// <returns>The points of all lines; between two lines y is NaN.</returns>
    public static (IReadOnlyList<double> X, IReadOnlyList<double> Y) Of(
        IReadOnlyList<double> x,
        IReadOnlyList<double> y,
        Func<int, int, double?> crossing
    ) => new Contours(x, y, crossing).Lines();

    /// <summary>The borders between classes, in the middle between two points; an unreadable answer is a class of its own.</summary>
    public static Func<int, int, double?> Between(IReadOnlyList<double?> classes) => (a, b) => classes[a] == classes[b] ? null : 0.5;

    /// <summary>The line at which a number reaches a level; none beside an unreadable answer.</summary>
    public static Func<int, int, double?> At(IReadOnlyList<double?> numbers, double level) =>
        (a, b) => numbers[a] is { } p && numbers[b] is { } q && p < level != q < level ? (level - p) / (q - p) : null;

    Contours(IReadOnlyList<double> x, IReadOnlyList<double> y, Func<int, int, double?> crossing)
    {
        (this.x, this.y) = (x, y);
        for (var row = 0; row + 1 < y.Count; row++)
        for (var column = 0; column + 1 < x.Count; column++)
        {
            var corner = row * x.Count + column;
            int[] crossed =
            [
                .. new[]
                {
                    Crossed(crossing, corner, across: true),
                    Crossed(crossing, corner, across: false),
                    Crossed(crossing, corner + x.Count, across: true),
                    Crossed(crossing, corner + 1, across: false),
                }.OfType<int>(),
            ];
            if (crossed.Length == 2)
                Join(crossed[0], crossed[1]);
            else if (crossed.Length > 2)
            {
                var middle = 2 * x.Count * y.Count + corner;
                places[middle] = ((x[column] + x[column + 1]) / 2, (y[row] + y[row + 1]) / 2);
                foreach (var edge in crossed)
                    Join(edge, middle);
            }
        }
    }

    /// <summary>The number of the edge that begins at a point, if the line crosses it.</summary>
    int? Crossed(Func<int, int, double?> crossing, int point, bool across)
    {
        var other = across ? point + 1 : point + x.Count;
        if (crossing(point, other) is not { } share)
            return null;
        var edge = 2 * point + (across ? 0 : 1);
        double From(IReadOnlyList<double> at, int a, int b) => at[a] + share * (at[b] - at[a]);
        places[edge] = (From(x, point % x.Count, other % x.Count), From(y, point / x.Count, other / x.Count));
        return edge;
    }

    void Join(int a, int b)
    {
        (neighbours.TryGetValue(a, out var ofA) ? ofA : neighbours[a] = []).Add(b);
        (neighbours.TryGetValue(b, out var ofB) ? ofB : neighbours[b] = []).Add(a);
    }

    /// <summary>Joined pieces are one line, so that dashes continue: open lines from their ends, then closed ones.</summary>
    (IReadOnlyList<double>, IReadOnlyList<double>) Lines()
    {
        List<double> xs = [],
            ys = [];
        foreach (var start in neighbours.Keys.Order().OrderBy(k => neighbours[k].Count == 2).ToArray())
            while (neighbours[start].Count > 0)
            {
                if (xs.Count > 0)
                    Add(xs[^1], double.NaN);
                var at = start;
                Add(places[at].X, places[at].Y);
                while (neighbours[at] is [var next, ..])
                {
                    neighbours[at].Remove(next);
                    neighbours[next].Remove(at);
                    at = next;
                    Add(places[at].X, places[at].Y);
                }
            }
        return (xs, ys);

        void Add(double px, double py)
        {
            xs.Add(px);
            ys.Add(py);
        }
    }
}
