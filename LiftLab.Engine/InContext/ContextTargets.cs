namespace LiftLab.Engine.InContext;

/// <summary>What the training rows' answers are, and how contexts write them as codes.</summary>
abstract class ContextTargets
{
    /// <summary>Numbers that an answer consists of: a probability for each class, or the mean and the mean square of a number.</summary>
    public abstract int Width { get; }

    /// <summary>Each training row's answer as one of a few classes, for how much a feature says about it.</summary>
    public abstract (int[] Classes, int Count) AsClasses();

    /// <summary>The codes of one draw: what contexts share is drawn now, the rest when a context is asked for.</summary>
    public abstract Func<int[], bool, ContextCodes> Draw(Random random);
}
