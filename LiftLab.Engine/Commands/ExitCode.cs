namespace LiftLab.Engine.Commands;

/// <summary>Exit codes of the process.</summary>
public static class ExitCode
{
    public const int Done = 0,
        WrongUsage = 2,
        BadData = 3,
        LearningFailed = 4,
        ServiceRefused = 5,
        Cancelled = 130;
}
