using System.Globalization;
using System.Text;
using LiftLab.Engine;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Work;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;
using LiftLab.Tests.Engine.Runs;

namespace LiftLab.Tests;

/// <summary>
/// This assembly as a worker process: <c>dotnet LiftLab.Tests.dll run FOLDER</c> or <c>study FOLDER</c> knows the learner of the fault
/// tests beside the real ones; <c>append FILE NAME COUNT</c> appends lines.
/// </summary>
static class TestWorker
{
    public static string Assembly { get; } = typeof(TestWorker).Assembly.Location;

    public static LearnerEntry Find(string name) => name == StepLearner.LearnerName ? StepLearner.Entry : LiftLab.Engine.Engine.Find(name);

    static async Task<int> Main(string[] args)
    {
        using var interruption = EngineProgram.IsInterruptible ? Interruption.OfSignals() : null;
        if (args is ["study", var study, ..])
        {
            var share = args is [_, _, "--share", var part] ? StudyShare.Parse(part) : null;
            var answering = new StudyWorker(
                StudyFolder.Open(study),
                n => PausedLearner.Wrap(Find(n)),
                "cpu",
                TimeProvider.System,
                share: share
            );
            var answered = await answering.RunAsync(CancellationToken.None, interruption);
            return answered?.State == RunState.Succeeded ? 0 : 4;
        }
        if (args is ["append", var file, var name, var count])
        {
            for (var i = 0; i < int.Parse(count, CultureInfo.InvariantCulture); i++)
                SharedLines.Add(file, Encoding.UTF8.GetBytes($"{name} {i}"));
            return 0;
        }
        if (args is not ["run", var folder])
            return 2;
        var worker = new Worker(RunFolder.Open(folder), Find, _ => "cpu", TimeProvider.System);
        var ended = await worker.RunAsync(CancellationToken.None, interruption);
        Environment.Exit(ended?.State == RunState.Succeeded ? 0 : 4);
        return 0;
    }
}
