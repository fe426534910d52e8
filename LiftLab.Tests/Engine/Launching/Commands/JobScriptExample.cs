using LiftLab.Engine.Launching.Commands;
using LiftLab.Tests.House;

namespace LiftLab.Tests.Engine.Launching.Commands;

/// <summary>The launcher of docs/scale.md that runs jobs through docs/examples/lab-job.sh, without ssh before it.</summary>
static class JobScriptExample
{
    public const string Name = "box";

    public static string Script { get; } = Path.Combine(Sources.Root, "docs", "examples", "lab-job.sh");

    static readonly string Jobs = Directory.CreateTempSubdirectory("liftlab-jobs-").FullName;

    /// <summary>The settings as in docs/scale.md.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } =
        new Dictionary<string, string>
        {
            ["Kind"] = "command",
            ["Submit"] = $"env LAB_JOBS={Jobs} sh {Script} submit {{name}} {{folder}} {{log}} {{command}}",
            ["Look"] = $"env LAB_JOBS={Jobs} sh {Script} look {{handles}}",
            ["Cancel"] = $"env LAB_JOBS={Jobs} sh {Script} cancel {{handle}}",
            ["Find"] = $"env LAB_JOBS={Jobs} sh {Script} find {{name}} {{folder}}",
            ["Line"] = @"^(?<handle>\S+) (?<state>\w+)( exit=(?<exit>\d+))?$",
            ["LookSeconds"] = "1",
        };

    public static CommandOptions Options =>
        new()
        {
            Submit = Settings["Submit"],
            Look = Settings["Look"],
            Cancel = Settings["Cancel"],
            Find = Settings["Find"],
            Line = Settings["Line"],
            Places = 2,
        };

    public static CommandLauncher Launcher() => new(Name, Options, TestWorker.Assembly);
}
