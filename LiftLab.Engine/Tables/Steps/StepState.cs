namespace LiftLab.Engine.Tables.Steps;

/// <summary>What became of a step.</summary>
public enum StepState
{
    Done,

    /// <summary>A person left it out.</summary>
    Off,

    /// <summary>It does not apply to the table; the steps after it were done without it.</summary>
    Failed,
}
