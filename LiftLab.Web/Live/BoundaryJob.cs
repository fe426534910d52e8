using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live;

/// <summary>One drawing of decision boundaries: how far it is, what is drawn so far, how it ended.</summary>
public sealed class BoundaryJob(BoundaryRequest request) : IDisposable
{
    readonly CancellationTokenSource stop = new();
    volatile IReadOnlyList<DrawnBoundary> drawn = [];

    public BoundaryRequest Request { get; } = request;

    /// <summary>Something of it changed. Comes on any thread.</summary>
    public event Action? Changed;

    /// <summary>The last thing that it said; null while it waits for another drawing.</summary>
    public BoundaryProgress? Now { get; private set; }

    /// <summary>The learners that are done, LIFT first.</summary>
    public IReadOnlyList<DrawnBoundary> Drawn => drawn;

    public bool IsOver { get; private set; }

    /// <summary>Why it ended early; null where it did not.</summary>
    public string? Failure { get; private set; }

    internal CancellationToken Stopping => stop.Token;

    public static BoundaryJob Of(BoundarySheet sheet) => new(sheet.Request) { drawn = sheet.Drawn, IsOver = true };

    public void Stop() => stop.Cancel();

    internal void End(string? failure)
    {
        (IsOver, Failure) = (true, failure);
        Changed?.Invoke();
    }

    /// <summary>Runs the engine's verb to its end and reads what it says.</summary>
    internal async Task DrawAsync(string[] engine, RunFolder folder)
    {
        var info = new ProcessStartInfo(
            engine[0],
            [
                .. engine[1..],
                "boundary",
                folder.Path,
                "--x",
                Request.X,
                "--y",
                Request.Y,
                "--hold",
                JsonSerializer.Serialize(Request.Held),
                "--size",
                Request.Size.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        EngineProgram.Prepare(info);
        using var process = Start(info);
        await using var stopping = stop.Token.Register(() => Kill(process));
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
            Hear(line);
        await process.WaitForExitAsync(CancellationToken.None);
        var said = (await errors).Trim();
        End(
            stop.IsCancellationRequested ? "stopped before it was done"
            : process.ExitCode == 0 ? null
            : said.Length > 0 ? said.Split('\n')[0]
            : $"the process that draws ended with code {process.ExitCode}"
        );
    }

    void Hear(string line)
    {
        BoundaryProgress? said;
        try
        {
            said = JsonSerializer.Deserialize<BoundaryProgress>(line, RunJson.Line);
        }
        catch (JsonException)
        {
            return;
        } // a library's own words
        if (said is null)
            return;
        Now = said;
        // the learner the run is about comes last from the process and stands first
        if (said.Drawn is { } one)
            drawn = LiftWays.KindOf(one.Learner) == LearnerKind.Lift ? [one, .. drawn] : [.. drawn, one];
        Changed?.Invoke();
    }

    static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info) ?? throw new LaunchFailedException($"{info.FileName} could not be started");
        }
        catch (Win32Exception e)
        {
            throw new LaunchFailedException($"the process that draws could not be started: {e.Message}", e);
        }
    }

    static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException) { } // it ended meanwhile
    }

    public void Dispose() => stop.Dispose();
}
