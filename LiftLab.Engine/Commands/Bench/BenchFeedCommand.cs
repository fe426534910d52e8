using System.CommandLine;
using System.Diagnostics;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Bench;

/// <summary><c>bench feed</c>: measures the cost of writing a run's events and of reading them live, as worker and dashboard do.</summary>
static class BenchFeedCommand
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static Command Create()
    {
        var rate = new Option<int>("--rate") { Description = "Events per second.", DefaultValueFactory = _ => 200 };
        var seconds = new Option<int>("--seconds") { Description = "Duration in seconds.", DefaultValueFactory = _ => 10 };
        var json = JsonOutput.Option();
        var command = new Command("feed", "Writes training steps into a run folder and reads them back ten times a second.")
        {
            rate,
            seconds,
            json,
        };
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(() => RunAsync(parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(json), cancel))
        );
        return command;
    }

    static async Task<int> RunAsync(int rate, int seconds, bool json, CancellationToken cancel)
    {
        if (rate is < 1 or > 100_000 || seconds is < 1 or > 3600)
            throw new ArgumentException("--rate: 1 to 100000 events per second; --seconds: 1 to 3600");
        var root = Directory.CreateTempSubdirectory("liftlab-bench-").FullName;
        try
        {
            var schema = new Schema(
                [new("x", ColumnKind.Number), new("y", ColumnKind.Category, ColumnRole.Target)],
                TaskKind.Classification
            );
            var run = RunFolder.Create(
                root,
                new("bench", "bench", DateTimeOffset.UnixEpoch, "table.csv", schema, 0, 0, new("none"), []),
                new Table("bench", [new("x", ["1"]), new("y", ["a"])])
            );
            using var log = AttemptLog.Claim(run, TimeProvider.System);
            for (var i = 0; i < 500; i++)
                log.Write("run", new Noted("warm-up")); // JIT compilation before the measurement
            _ = RunTail.All(run);
            using var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            var wall = Stopwatch.StartNew();
            var writing = Task.Run(() => WriteAsync(log, rate, rate * seconds, cancel), cancel);
            var delays = await ReadAsync(run, 500, rate * seconds, cancel);
            var costs = await writing;
            process.Refresh();
            var share = (process.TotalProcessorTime - cpu) / wall.Elapsed;

            wall.Restart();
            var events = RunTail.All(run).Count;
            return JsonOutput.Write(
                json,
                new
                {
                    Events = events,
                    WriteMicrosecondsMedian = At(costs, 0.5),
                    WriteMicroseconds99 = At(costs, 0.99),
                    DelayMillisecondsMedian = At(delays, 0.5),
                    DelayMilliseconds99 = At(delays, 0.99),
                    CpuPercentOfOneCore = 100 * share,
                    HistoryEventsPerSecond = events / wall.Elapsed.TotalSeconds,
                }
            );
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <returns>Duration of each write in microseconds.</returns>
    static async Task<double[]> WriteAsync(AttemptLog log, int rate, int count, CancellationToken cancel)
    {
        var costs = new double[count];
        var begun = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            if (i / (double)rate - begun.Elapsed.TotalSeconds is > 0.002 and var early)
                await Task.Delay(TimeSpan.FromSeconds(early), cancel);
            var from = Stopwatch.GetTimestamp();
            log.Write("lift", new TrainingStep(i + 1, count, i / 100.0, 1.0 / (i + 1), 1e-3, 5000, 1));
            costs[i] = Stopwatch.GetElapsedTime(from).TotalMicroseconds;
        }
        return costs;
    }

    /// <returns>Delay between writing and reading of each event, in milliseconds.</returns>
    static async Task<double[]> ReadAsync(RunFolder run, int after, int count, CancellationToken cancel)
    {
        var delays = new List<double>(count);
        var tail = new RunTail(run, after);
        while (delays.Count < count)
        {
            await Task.Delay(Look, cancel);
            while (tail.Read() is { Count: > 0 } events)
            {
                var now = TimeProvider.System.GetUtcNow();
                delays.AddRange(events.Select(e => (now - e.At).TotalMilliseconds));
            }
        }
        return [.. delays];
    }

    static double At(double[] values, double share) => values.Order().ElementAt((int)(share * (values.Length - 1)));
}
