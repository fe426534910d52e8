using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines.Algebra;

/// <summary>Matrices in the file of a kept model.</summary>
static class KeptMatrices
{
    public static void Put(this KeptWriter into, string name, Matrix matrix)
    {
        into.Put<int>(name + ".shape", [matrix.Rows, matrix.Columns]);
        into.Put(name, matrix.Data);
    }

    public static Matrix Matrix(this KeptReader from, string name) =>
        from.Array<int>(name + ".shape") is [var rows, var columns] && from.Array<double>(name) is var data
            ? new(rows, columns, data)
            : throw new InvalidDataException($"'{name}' is not a matrix");

    /// <summary>Writes only the lower triangle of a square matrix, with its diagonal, row by row.</summary>
    public static void PutLower(this KeptWriter into, string name, Matrix matrix)
    {
        var lower = new double[matrix.Rows * (matrix.Rows + 1L) / 2];
        for (int r = 0, at = 0; r < matrix.Rows; at += ++r)
            matrix[r][..(r + 1)].CopyTo(lower.AsSpan(at));
        into.Put(name, lower);
    }

    /// <summary>Reads a lower triangle; entries above the diagonal are zero.</summary>
    public static Matrix LowerMatrix(this KeptReader from, string name, int rows)
    {
        var (matrix, lower) = (new Matrix(rows, rows), from.Array<double>(name));
        for (int r = 0, at = 0; r < rows; at += ++r)
            lower.AsSpan(at, r + 1).CopyTo(matrix[r]);
        return matrix;
    }
}
