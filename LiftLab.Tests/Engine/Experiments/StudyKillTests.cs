using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using Xunit.Abstractions;

namespace LiftLab.Tests.Engine.Experiments;

/// <summary>
/// The worker of a study is ended with SIGKILL at random points. Six kills by default; <c>LIFTLAB_KILLS=50</c> makes fifty, in as many
/// studies as that takes.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class StudyKillTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>After so many kills a study is left to end.</summary>
    const int MostPerStudy = 6;

    const int Seed = 20;

    readonly TestStudies calmLab = new();

    public void Dispose() => calmLab.Dispose();

    static int Kills => int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_KILLS"), CultureInfo.InvariantCulture, out var n) ? n : 6;

    [Fact]
    public async Task A_worker_that_is_killed_computes_nothing_twice_and_loses_nothing()
    {
        var calm = calmLab.Create(Spec());
        using (var process = Start(calm))
            await process.WaitForExitAsync();
        Assert.Equal(RunState.Succeeded, StudyStory.Read(calm).Ended?.State);
        var events = RunTail.All(calm);
        var span = events[^1].At - events[0].At;
        var random = new Random(Seed);
        var (kills, studies, points) = (0, 0, new List<string>());
        while (kills < Kills)
        {
            using var lab = new TestStudies();
            var killed = lab.Create(Spec());
            kills += await WorkAsync(killed, Math.Min(MostPerStudy, Kills - kills), span, random, points);
            studies++;
            DemandSame(calm, killed);
        }
        output.WriteLine($"{kills} kills in {studies} studies of {StudyStory.Read(calm).Planned!.Probes} predictions");
        output.WriteLine(string.Join(", ", points.GroupBy(p => p).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} × {g.Key}")));
    }

    /// <summary>LIFT, whose fits train together, beside two baselines; a level that trains anew and one that does not.</summary>
    static StudySpec Spec()
    {
        var lift = new LearnerSpec(
            "lift",
            new JsonObject
            {
                ["recipe"] = new JsonObject
                {
                    ["preset"] = "quick",
                    ["epochs"] = 2,
                    ["minimumSteps"] = 0,
                    ["members"] = 2,
                },
            }
        );
        return TestStudies.Spec(
            choice: new(Kinds: [new("label-noise", "random", [20, 40]), new("feature-noise", null, [.5])], Seeds: [0, 1])
        ) with
        {
            Learners = [lift, new("knn"), new("logreg")],
        };
    }

    /// <returns>Number of kills.</returns>
    static async Task<int> WorkAsync(StudyFolder study, int most, TimeSpan span, Random random, List<string> points)
    {
        var kills = 0;
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        while (StudyStory.Read(study).Ended?.State != RunState.Succeeded)
        {
            var attempt = study.LastAttempt + 1;
            using var process = Start(study);
            if (kills == most)
                await process.WaitForExitAsync();
            else
            {
                // Nothing is at stake before the attempt begins.
                while (!process.HasExited && !File.Exists(study.AttemptFile(attempt)))
                    await Task.Delay(2);
                await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(span * (0.6 * random.NextDouble())));
                var killed = !process.HasExited;
                if (killed)
                    process.Kill(); // SIGKILL
                await process.WaitForExitAsync();
                kills += killed ? 1 : 0;
                if (killed)
                    points.Add(RunTail.All(study) is [.., var last] ? $"after {last.Body.GetType().Name}" : "before the first event");
                else
                    span *= 0.7; // the machine has become faster than when the span was measured
            }
            // Answers have their seconds in them: a cell that is computed again has other bytes.
            var now = Stored(study);
            Assert.All(stored, s => Assert.Equal(s.Value, now[s.Key]));
            stored = now;
        }
        return kills;
    }

    static void DemandSame(StudyFolder calm, StudyFolder killed)
    {
        var planned = StudyStory.Read(calm).Planned!.Probes;
        var computed = RunTail.All(killed).Select(e => e.Body).OfType<CellAnswered>().Where(c => !c.Taken).Select(c => c.Key).ToArray();
        Assert.Equal(computed.Length, computed.Distinct(StringComparer.Ordinal).Count());
        var story = StudyStory.Read(killed);
        Assert.Equal((planned, 0), (story.Answered.Count, story.Failed.Count));
        Assert.Equal(StudyStory.Read(calm).Answered.Order(StringComparer.Ordinal), story.Answered.Order(StringComparer.Ordinal));
        Assert.Equal(planned, Stored(killed).Count);
        Assert.Equal(Convert.ToHexString(File.ReadAllBytes(calm.FigureFile)), Convert.ToHexString(File.ReadAllBytes(killed.FigureFile)));
        Assert.False(Directory.Exists(killed.WorkFolder));
    }

    /// <summary>The answers in a study's folder: hash of the content by key.</summary>
    static Dictionary<string, string> Stored(StudyFolder study) =>
        Directory.Exists(Path.Combine(study.Path, "answers"))
            ? Directory
                .EnumerateFiles(Path.Combine(study.Path, "answers"), "*.json", SearchOption.AllDirectories)
                .ToDictionary(
                    f => Path.GetFileNameWithoutExtension(f),
                    f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))),
                    StringComparer.Ordinal
                )
            : [];

    static Process Start(StudyFolder study) =>
        Process.Start(
            new ProcessStartInfo("dotnet", [TestWorker.Assembly, "study", study.Path])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
}
