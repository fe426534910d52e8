using System.Diagnostics;
using System.Globalization;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Tests.Engine.Launching.Slurm;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>A study of 500 cells as an array and on this machine: jobs and seconds, from the entry in the queue to the end.</summary>
[Trait(Speed.Trait, Speed.Slow)]
[Collection(nameof(SlurmLab))]
public sealed class SlurmArrayTimeTests(ITestOutputHelper output)
{
    [SlurmArrayFact]
    public async Task Five_hundred_cells_here_and_as_an_array()
    {
        var slurm = await SlurmLab.OpenAsync();
        var spec = TestStudies.Spec(
            learners: "knn,majority,logreg,tree,rf",
            choice: new(
                Kinds: [new("label-noise", "random", [.. Enumerable.Range(1, 9).Select(l => 5.0 * l)])],
                Seeds: [.. Enumerable.Range(0, 10)]
            )
        );
        var (here, local) = await RunAsync(slurm, spec, null, async study => await File.ReadAllBytesAsync(study.FigureFile));
        var (there, array) = await RunAsync(
            slurm,
            spec,
            SlurmServer.Launcher,
            async study =>
            {
                var lines = await slurm.RunAsync("squeue", "-h", "-r", "-t", "all", "-o", "%Z %K");
                var jobs = lines.Split('\n').Count(l => l.StartsWith(study.Path + " ", StringComparison.Ordinal));
                var shares = Enumerable.Range(0, study.ReadShares() ?? 0).Select(i => RunTail.All(study.Share(i))).ToArray();
                output.WriteLine($"{StudyStory.Read(study).Answered.Count} predictions in {jobs} jobs");
                Assert.InRange(jobs, 2, 20);
                Assert.All(shares, s => Assert.DoesNotContain(s, e => e.Body is CellAnswered { Taken: true }));
                output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"a task takes {shares.Average(s => (s[^1].At - s[0].At).TotalSeconds):0.0} s from its first to its last event"
                    )
                );
                return await File.ReadAllBytesAsync(study.FigureFile);
            }
        );
        Assert.Equal(here, there);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"here {local:0.0} s, as an array {array:0.0} s"));
    }

    static async Task<(byte[] Figure, double Seconds)> RunAsync(
        SlurmLab slurm,
        StudySpec spec,
        string? launcher,
        Func<StudyFolder, Task<byte[]>> read
    )
    {
        using var lab = new LabServer { Settings = { ["LiftLab:Engine"] = "" } };
        foreach (var (name, value) in SlurmServer.Settings(slurm))
            lab.Settings[name] = value;
        lab.Start();
        var watch = Stopwatch.StartNew();
        var study = SlurmStudyTests.Queue(lab, spec, launcher);
        await SlurmStudyTests.UntilAsync(lab, study, RunState.Succeeded);
        var seconds = watch.Elapsed.TotalSeconds;
        return (await read(study), seconds);
    }
}
