namespace LiftLab.Engine.Commands;

/// <summary>What the process says to scripts.</summary>
public static class ExitCode
{
    public const int Done = 0,
        WrongUsage = 2,
        BadData = 3,
        LearningFailed = 4,
        ServiceRefused = 5,
        Cancelled = 130;
}
