using LiftLab.Engine.FineTuning.Training;

namespace LiftLab.Tests.Engine.FineTuning.Training;

public sealed class CovariantNoiseTests
{
    const int Draws = 4000;

    static double[][] Draw(CovariantNoise noise, int row, double size = 0.5)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Draws).Select(_ => noise.Draw(row, size, random))];
    }

    static double Deviation(IEnumerable<double> values) => Math.Sqrt(values.Average(v => v * v));

    /// <summary>Class a: two columns rise together, the third falls. Class b: the first column alone moves.</summary>
    static CovariantNoise TwoClasses()
    {
        int[][] a = [.. Enumerable.Range(0, 30).Select(i => new[] { i, i + 5, 60 - i })],
            b = [.. Enumerable.Range(0, 30).Select(i => new[] { 40 + i, 50, 50 })];
        return new([.. a, .. b], [.. Enumerable.Repeat(0.0, 30), .. Enumerable.Repeat(1.0, 30)], classes: true);
    }

    [Fact]
    public void Columns_that_move_together_in_a_class_get_one_noise()
    {
        var draws = Draw(TwoClasses(), 3);
        Assert.All(draws, d => Assert.Equal((d[0], -d[0]), (d[1], d[2])));
        // 0 to 29 have a standard deviation of 8.66
        Assert.Equal(0.5 * 8.66, Deviation(draws.Select(d => d[0])), 0.25);
    }

    [Fact]
    public void Another_class_has_its_own()
    {
        var draws = Draw(TwoClasses(), 33);
        Assert.All(draws, d => Assert.Equal((0, 0), (d[1], d[2])));
        Assert.Equal(0.5 * 8.66, Deviation(draws.Select(d => d[0])), 0.25);
    }

    [Fact]
    public void Numbers_take_it_from_rows_of_near_targets()
    {
        // the second column follows the target, the first does not
        var random = new Random(1);
        int[][] levels = [.. Enumerable.Range(0, 300).Select(i => new[] { random.Next(100), i / 3 })];
        var noise = new CovariantNoise(levels, [.. Enumerable.Range(0, 300).Select(i => (double)i)], classes: false);
        var draws = Draw(noise, 150, size: 1);
        Assert.InRange(Deviation(draws.Select(d => d[0])), 15, 40); // 29 for even levels, of 25 rows
        Assert.InRange(Deviation(draws.Select(d => d[1])), 1.5, 3.5); // 2.4 for 25 rows side by side
        Assert.All(Draw(noise, 0, size: 1), d => Assert.InRange(Math.Abs(d[1]), 0, 40));
    }

    [Fact]
    public void Cells_without_a_level_and_rows_alone_in_their_class_get_none()
    {
        var noise = new CovariantNoise(
            [
                [10, CellTokens.NoLevel],
                [20, 30],
                [30, CellTokens.NoLevel],
                [50, 50],
            ],
            [0, 0, 0, 1],
            classes: true
        );
        Assert.All(Draw(noise, 0), d => Assert.Equal(0, d[1]));
        Assert.All(Draw(noise, 3), d => Assert.Equal([0, 0], d));
    }
}
