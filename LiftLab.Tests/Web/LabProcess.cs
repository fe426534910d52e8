using System.Diagnostics;
using System.Text.RegularExpressions;

namespace LiftLab.Tests.Web;

/// <summary>The dashboard as a process of its own, to be killed.</summary>
sealed class LabProcess : IDisposable
{
    readonly Process process;
    readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly System.Text.StringBuilder output = new();

    /// <param name="settings">Environment variables over the usual ones.</param>
    public LabProcess(string labFolder, params IReadOnlyList<(string Name, string Value)> settings)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "LiftLab.Web.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory.CreateDirectory(labFolder).FullName,
        };
        info.Environment["Urls"] = "http://127.0.0.1:0";
        info.Environment["LiftLab__LabFolder"] = labFolder;
        info.Environment["LiftLab__Engine"] = TestWorker.Assembly;
        info.Environment["LiftLab__MigrationTimeoutSeconds"] = "300"; // a machine that is busy is no fault of the start
        foreach (var (name, value) in settings)
            info.Environment[name] = value;
        process = Process.Start(info)!;
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("the dashboard ended: " + Output));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public Process Process => process;

    public Task<Uri> ListeningAsync() => listening.Task.WaitAsync(TimeSpan.FromSeconds(120));

    /// <summary>For a dashboard that ends by itself: all it said.</summary>
    public async Task<(int ExitCode, string Output)> EndedAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(400));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, Output);
    }

    void Heard(string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
        if (Regex.Match(line, @"Now listening on: (http://\S+)") is { Success: true } match)
            listening.TrySetResult(new(match.Groups[1].Value));
    }

    /// <summary>As <c>kill -9</c> does: the dashboard alone, not its workers.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
