namespace LiftLab.Engine.FineTuning.Recipes;

public enum Decay
{
    /// <summary>Down to 0 in a straight line, as in the paper.</summary>
    Linear,

    /// <summary>Half a cosine down to 0.</summary>
    Cosine,

    /// <summary>No fall.</summary>
    Constant,

    /// <summary>Constant, then a straight line to 0 over the last 30 % of the steps.</summary>
    Trapezoid,
}

/// <summary>How the learning rate rises and falls.</summary>
/// <param name="WarmupSteps">Steps of a linear rise from 0. The paper's configurations all have 6.</param>
public sealed record Schedule(Decay Decay = Decay.Linear, int WarmupSteps = 6)
{
    const double CoolingShare = 0.3;

    /// <summary>The factor on the learning rate, 0 to 1.</summary>
    /// <param name="step">From 0. With warm-up the first step's factor is 0, as in the transformers library.</param>
    public double Factor(int step, int steps)
    {
        var warmup = Math.Min(WarmupSteps, Math.Max(steps - 1, 0));
        if (step < warmup)
            return (double)step / warmup;
        var progress = Math.Clamp((double)(step - warmup) / Math.Max(1, steps - warmup), 0, 1);
        return Decay switch
        {
            Decay.Linear => 1 - progress,
            Decay.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            Decay.Trapezoid => Math.Min(1, (1 - progress) / CoolingShare),
            _ => 1,
        };
    }
}
