using System.Globalization;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Baselines;

/// <summary>Least squares on the paper's real tables, with the paper's split and its codes for categories (A to E are 1 to 5).</summary>
public sealed class PaperTableTests
{
    [PaperTableFact]
    public void Least_squares_on_ccpp_has_the_error_of_an_independent_solver() => Assert.Equal(4.627482541, RootMeanSquare("ccpp"), 1e-8);

    [PaperTableFact]
    public void Least_squares_on_servo_has_the_error_of_an_independent_solver() => Assert.Equal(1.379369597, RootMeanSquare("servo"), 1e-8);

    static double RootMeanSquare(string table)
    {
        var (train, test) = (Read($"{table}_train_full.csv"), Read($"{table}_test.csv"));
        var linear = BaselineList.Find("linear");
        var setting = linear.DefaultGrid(TaskKind.Regression)[0];
        using var model = linear.Fit(train, setting, 0, CancellationToken.None);
        var answers = model.Predict(test.X, CancellationToken.None).Values;
        return Math.Sqrt(answers.Zip(test.Y).Average(p => Math.Pow(p.First - p.Second, 2)));
    }

    /// <summary>The first column is a row index, the last one the target.</summary>
    static TrainingSet Read(string file)
    {
        double[][] rows =
        [
            .. File.ReadLines(PaperTableFactAttribute.At(file)).Skip(1).Select(l => l.Split(',').Skip(1).Select(Number).ToArray()),
        ];
        var x = new Matrix(rows.Length, rows[0].Length - 1);
        for (var r = 0; r < rows.Length; r++)
            rows[r].AsSpan(0, x.Columns).CopyTo(x[r]);
        return new TrainingSet(x, [.. rows.Select(r => r[^1])], 0);
    }

    static double Number(string cell) => cell is [>= 'A' and <= 'E'] ? cell[0] - 'A' + 1 : double.Parse(cell, CultureInfo.InvariantCulture);
}
