using LiftLab.Engine.Baselines.Algebra;

namespace LiftLab.Engine.Baselines.Encoding;

/// <summary>
/// Features as ranks: each feature's distinct values (single precision, as scikit-learn and XGBoost compare them) in ascending order, and
/// for every row the index of its value. Trees then sort small integers instead of values.
/// </summary>
sealed class ValueCodes
{
    public ValueCodes(Matrix x)
    {
        (Rows, Features) = (x.Rows, x.Columns);
        Values = new float[Features][];
        Codes = new int[Features][];
        var column = new float[Rows];
        for (var f = 0; f < Features; f++)
        {
            for (var r = 0; r < Rows; r++)
                column[r] = (float)x.Data[r * Features + f];
            float[] keys = [.. column];
            int[] rows = [.. Enumerable.Range(0, Rows)];
            Array.Sort(keys, rows);
            var codes = new int[Rows];
            List<float> values = [];
            for (var i = 0; i < Rows; i++)
            {
                if (i == 0 || keys[i] != keys[i - 1])
                    values.Add(keys[i]);
                codes[rows[i]] = values.Count - 1;
            }
            (Values[f], Codes[f]) = ([.. values], codes);
        }
    }

    public int Rows { get; }
    public int Features { get; }

    /// <summary>Ascending distinct values of each feature.</summary>
    public float[][] Values { get; }

    /// <summary>For each feature, each row's index into <see cref="Values"/>.</summary>
    public int[][] Codes { get; }
}
