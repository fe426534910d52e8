namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>What takes the place of a missing cell.</summary>
public enum FillWith
{
    Mean,
    Median,
    MostFrequent,

    /// <summary>The value of the step.</summary>
    Value,
}
