using LiftLab.Engine.Figures;
using LiftLab.Engine.Learning;
using LiftLab.Tests.Web;

namespace LiftLab.Tests.Engine.Learning;

public sealed class LossCurveTests
{
    [Fact]
    public void A_resumed_run_takes_the_curve_back_to_its_checkpoint()
    {
        var straight = new LossCurve();
        for (var i = 1; i <= 6; i++)
            straight.Add(MadeUp.Step(i, i));
        var resumed = new LossCurve();
        for (var i = 1; i <= 5; i++)
            resumed.Add(MadeUp.Step(i, i));
        resumed.Add(new Validated(5, .5, 9, null, null, true));
        Assert.Throws<ArgumentException>(() => resumed.Add(MadeUp.Step(4, 4)));
        resumed.BackTo(3);
        for (var i = 4; i <= 6; i++)
            resumed.Add(MadeUp.Step(i, i));
        Assert.Equal(straight.Steps, resumed.Steps);
        Assert.Equal(straight.Loss, resumed.Loss);
        Assert.Equal(straight.Smooth, resumed.Smooth);
        Assert.Empty(resumed.Validations);
    }

    [Fact]
    public void Smoothing_a_constant_gives_the_constant_from_the_first_step_on()
    {
        var curve = new LossCurve();
        for (var i = 1; i <= 10; i++)
            curve.Add(MadeUp.Step(i, .7));
        Assert.All(curve.Smooth, s => Assert.Equal(.7, s, 12));
    }

    [Fact]
    public void The_next_of_several_models_is_not_averaged_with_the_one_before()
    {
        var curve = new LossCurve();
        for (var i = 1; i <= 4; i++)
            curve.Add(MadeUp.Step(i, .1) with { Epoch = i });
        for (var i = 5; i <= 8; i++)
            curve.Add(MadeUp.Step(i, 3) with { Epoch = i - 4 });
        Assert.All(curve.Smooth.Take(4), s => Assert.Equal(.1, s, 12));
        Assert.All(curve.Smooth.Skip(4), s => Assert.Equal(3, s, 12));
        curve.BackTo(6); // an attempt that goes on from a checkpoint
        curve.Add(MadeUp.Step(7, 3) with { Epoch = 3 });
        Assert.Equal(3, curve.Smooth[^1], 12);
    }

    [Fact]
    public void The_best_epoch_is_the_last_that_was_the_best_so_far()
    {
        var curve = new LossCurve();
        curve.Add(new Validated(10, 1, .9, "accuracy", .8, true));
        curve.Add(new Validated(20, 2, .5, "accuracy", .9, true));
        curve.Add(new Validated(30, 3, .6, "accuracy", .85, false));
        Assert.Equal(20, curve.Best!.Step);
    }

    [Fact]
    public void Decimation_keeps_the_spike_the_ends_and_the_order()
    {
        var values = new double[100_000];
        values[54_321] = 100;
        values[12] = -7;
        var kept = Decimation.Keep(values, 2000);
        Assert.Contains(54_321, kept);
        Assert.Contains(12, kept);
        Assert.Equal(0, kept[0]);
        Assert.Equal(99_999, kept[^1]);
        Assert.True(kept.Count <= 2002);
        Assert.True(kept.Zip(kept.Skip(1)).All(p => p.First < p.Second));
    }

    [Fact]
    public void A_short_curve_is_drawn_whole() => Assert.Equal([0, 1, 2], Decimation.Keep([3, 1, 2], 10));
}
