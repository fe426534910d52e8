namespace LiftLab.Engine.Baselines.Algebra;

/// <summary>Dense numbers, row-major: row r starts at <c>Data[r * Columns]</c>. Shape (Rows, Columns).</summary>
public sealed class Matrix(int rows, int columns, double[] data)
{
    public Matrix(int rows, int columns)
        : this(rows, columns, new double[(long)rows * columns]) { }

    public int Rows { get; } = rows;
    public int Columns { get; } = columns;
    public double[] Data { get; } = data;

    public Span<double> this[int row] => Data.AsSpan(row * Columns, Columns);

    public Matrix Take(IReadOnlyList<int> rows)
    {
        var taken = new Matrix(rows.Count, Columns);
        for (var i = 0; i < rows.Count; i++)
            this[rows[i]].CopyTo(taken[i]);
        return taken;
    }

    public Matrix Transposed()
    {
        var t = new Matrix(Columns, Rows);
        for (var r = 0; r < Rows; r++)
        for (var c = 0; c < Columns; c++)
            t.Data[c * Rows + r] = Data[r * Columns + c];
        return t;
    }
}
