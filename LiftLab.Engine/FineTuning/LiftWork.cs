using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.FineTuning;

/// <summary>The work of a fine-tune, from rows and epochs.</summary>
static class LiftWork
{
    /// <summary>
    /// Seconds of a step of lift-mini on one core with batches of <see cref="Rows"/> rows of <see cref="Tokens"/> tokens: three models of
    /// one fit, and nine or more of several fits. Measured on iris.
    /// </summary>
    const double Alone = 3.2e-3,
        Together = 1.8e-3;

    const int Rows = 16,
        Tokens = 7;

    /// <summary>Tokens of a prompt of lift-mini beside one per feature.</summary>
    const int Marks = 3;

    /// <summary>Seconds of an answer of three models. Measured on iris.</summary>
    const double Answer = 0.5e-3;

    /// <exception cref="ArgumentException">The settings cannot be read.</exception>
    public static FitWork Of(LearnerSpec spec, TaskKind task, int trainRows, int features)
    {
        var settings = LiftSettings.Of(spec, task);
        var rows = Math.Max(1, trainRows);
        var recipe = settings.Recipe.For(features, rows);
        var steps = (long)recipe.EpochsFor(rows) * recipe.StepsPerPass(rows) * recipe.Members;
        if (settings.Model != LiftSettings.BuiltIn)
            return new(steps); // how fast a large model is depends on the machine
        var load = Math.Max(1, (double)recipe.BatchSize * (features + Marks) / (Rows * Tokens));
        return new(steps, Alone * load, Together * load, Answer * load);
    }
}
