namespace LiftLab.Engine.FineTuning.Recipes;

public enum Decay
{
    /// <summary>Linear to 0, as in the paper.</summary>
    Linear,

    /// <summary>Half a cosine, from 1 to 0.</summary>
    Cosine,

    /// <summary>No decay.</summary>
    Constant,

    /// <summary>Constant, then linear to 0 over the last 30 % of the steps.</summary>
    Trapezoid,
}

/// <summary>The learning-rate schedule: warm-up, then decay.</summary>
/// <param name="WarmupSteps">Steps of the linear warm-up from 0; 6 in all of the paper's configurations.</param>
public sealed record Schedule(Decay Decay = Decay.Linear, int WarmupSteps = 6)
{
    const double CoolingShare = 0.3;

    /// <summary>The factor on the learning rate, 0 to 1.</summary>
    /// <param name="step">Index of the step, from 0. With warm-up the first step's factor is 0, as in the transformers library.</param>
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
