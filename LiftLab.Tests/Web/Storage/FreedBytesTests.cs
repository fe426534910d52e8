using System.Diagnostics;
using System.Globalization;
using System.Net;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Tests.Web.Live;
using LiftLab.Web.Live.Space;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace LiftLab.Tests.Web.Storage;

/// <summary>
/// The disk has the bytes of a deleted run when the request ends. LIFTLAB_RUN_MEGABYTES sets its size for a measurement on the disk of
/// temporary files, which must be quiet then.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class FreedBytesTests(ITestOutputHelper output)
{
    const string Variable = "LIFTLAB_RUN_MEGABYTES";

    const int Megabyte = 1 << 20,
        Files = 8;

    static long Megabytes(long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes)
            ? megabytes
            : otherwise;

    /// <summary>Checkpoints with bytes that no disk can leave out or pack.</summary>
    static void Fill(RunFolder run, long megabytes)
    {
        var bytes = new byte[Megabyte];
        var random = new Random(1);
        for (var file = 0; file < Files; file++)
        {
            var path = Path.Combine(run.CheckpointFolder(StepLearner.LearnerName), $"training-{file}", "weights");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var stream = File.Create(path);
            for (var i = megabytes * file / Files; i < megabytes * (file + 1) / Files; i++)
            {
                random.NextBytes(bytes);
                stream.Write(bytes);
            }
            stream.Flush(flushToDisk: true);
        }
    }

    async Task DemandAsync(string folder, long megabytes, double tolerance)
    {
        using var lab = LabAt(folder);
        var run = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await lab.UntilAsync(run, RunState.Succeeded);
        Fill(run, megabytes);
        var said = (await lab.Get<LabSpace>().MeasureAsync()).Items.Single(i => i.Id == run.Id).Bytes;
        using var http = new HttpClient { BaseAddress = lab.Address };
        var disk = new DriveInfo(folder);
        var (before, watch) = (disk.AvailableFreeSpace, Stopwatch.StartNew());
        using var answer = await http.DeleteAsync($"/api/runs/{run.Id}");
        var milliseconds = watch.Elapsed.TotalMilliseconds;
        var freed = disk.AvailableFreeSpace - before;
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(said, long.Parse(answer.Headers.GetValues("LiftLab-Freed-Bytes").Single(), CultureInfo.InvariantCulture));
        Assert.InRange(said, megabytes * Megabyte, megabytes * Megabyte + Megabyte);
        Assert.False(Directory.Exists(run.Path));
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{said:N0} bytes said, {freed:N0} bytes freed, {milliseconds:0} ms ({disk.DriveFormat})"
            )
        );
        Assert.InRange(freed, said * (1 - tolerance), said * (1 + tolerance));
    }

    static LabServer LabAt(string folder)
    {
        var lab = new LabServer(folder);
        lab.Start();
        return lab;
    }

    /// <summary>On a disk of its own, so that no other test writes to it.</summary>
    [MountFact]
    public async Task The_bytes_of_a_deleted_run_are_free_when_the_request_ends()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-freed-").FullName;
        Assert.True(MountFactAttribute.Mount(folder, "64m"));
        try
        {
            await DemandAsync(folder, 16, 0.05);
        }
        finally
        {
            SqliteConnection.ClearAllPools(); // an open file keeps the disk busy
            MountFactAttribute.Unmount(folder);
            Directory.Delete(folder);
        }
    }

    [SizeFact]
    public async Task The_bytes_of_a_large_run()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-freed-").FullName;
        try
        {
            await DemandAsync(folder, Megabytes(0), 0.02);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    sealed class SizeFactAttribute : FactAttribute
    {
        public SizeFactAttribute() => Skip = Megabytes(0) > 0 ? null : $"on demand: {Variable}=1024";
    }
}
