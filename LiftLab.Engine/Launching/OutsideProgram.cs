using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace LiftLab.Engine.Launching;

/// <summary>A short call of a program through which a launcher is driven, such as sbatch, kubectl or ssh.</summary>
static class OutsideProgram
{
    /// <summary>After the program's end: a process that it left behind may hold its output open for ever.</summary>
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <param name="Code">Exit code.</param>
    public sealed record Answer(int Code, string Output, string Error)
    {
        /// <summary>What the program says of its failure, in one line.</summary>
        public string Words
        {
            get
            {
                var said = (Error.Trim().Length > 0 ? Error : Output).Trim().ReplaceLineEndings(" ");
                return said.Length > 400 ? said[..400] + "…" : said;
            }
        }
    }

    /// <param name="command">The program and its arguments; no shell reads them.</param>
    /// <param name="environment">Variables that are set, or removed where the value is null.</param>
    /// <exception cref="LauncherUnreachableException">It cannot be started, or does not end within the limit.</exception>
    public static async Task<Answer> RunAsync(
        IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string?>? environment,
        TimeSpan limit,
        CancellationToken cancel
    )
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            CreateNoWindow = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            if (value is null)
                info.Environment.Remove(name);
            else
                info.Environment[name] = value;
        using var process = Start(info);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(limit);
        StringBuilder output = new(),
            error = new();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, error));
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(limited.Token);
            await Task.WhenAny(reading, Task.Delay(Rest, limited.Token));
            return new(process.ExitCode, Read(output), Read(error));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            if (cancel.IsCancellationRequested)
                throw;
            throw new LauncherUnreachableException(
                $"{command[0]} did not end within {limit.TotalSeconds.ToString("0", System.Globalization.CultureInfo.InvariantCulture)} s"
            );
        }
    }

    static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info) ?? throw new LauncherUnreachableException($"{info.FileName} could not be started");
        }
        catch (Win32Exception e)
        {
            throw new LauncherUnreachableException($"{info.FileName} could not be started: {e.Message}", e);
        }
    }

    static async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        var buffer = new char[4096];
        try
        {
            while (await reader.ReadAsync(buffer) is > 0 and var count)
                lock (text)
                    text.Append(buffer, 0, count);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException) { } // left behind at the end
    }

    static string Read(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
