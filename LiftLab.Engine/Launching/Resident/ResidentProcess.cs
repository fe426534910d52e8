using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Resident;

namespace LiftLab.Engine.Launching.Resident;

/// <summary>
/// One resident worker: a process that keeps the models of a run open. It ends when its standard input is closed, also by the death of this
/// program. Every question is answered, refused, or fails with <see cref="ResidentGoneException"/>.
/// </summary>
public sealed class ResidentProcess : IAsyncDisposable
{
    /// <summary>From the closing of the input to a kill.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    readonly Process process;
    readonly SemaphoreSlim writing = new(1, 1);
    readonly ConcurrentDictionary<long, Pending> pending = new();
    readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ResidentGoneException? end;
    string? lastWords;
    long last;

    sealed record Pending(Action<ResidentNews>? News, TaskCompletionSource<ResidentAnswer> Done);

    ResidentProcess(Process process)
    {
        (this.process, Id) = (process, process.Id);
        _ = ListenAsync();
        _ = OverhearAsync();
    }

    public int Id { get; }

    public bool IsGone => gone.Task.IsCompleted;

    /// <summary>Questions that are not answered yet.</summary>
    public int Going => pending.Count;

    /// <summary>Completes when the process has ended.</summary>
    public Task Gone => gone.Task;

    /// <summary>Bytes of memory that the process holds; 0 where it has ended.</summary>
    public long Bytes
    {
        get
        {
            try
            {
                process.Refresh();
                return process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <param name="engine">The engine's executable or .dll; null for the one in this program's folder.</param>
    /// <exception cref="LaunchFailedException">The process could not be started.</exception>
    public static ResidentProcess Start(string? engine, string runPath, JobSecrets? secrets = null)
    {
        string[] command = [.. EngineProgram.Command(engine), "answer", runPath];
        var utf8 = new UTF8Encoding(false);
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
            WorkingDirectory = runPath,
        };
        secrets?.Hand(info.Environment);
        EngineProgram.Prepare(info);
        try
        {
            return new(Process.Start(info) ?? throw new LaunchFailedException($"{command[0]} could not be started"));
        }
        catch (Win32Exception e)
        {
            throw new LaunchFailedException($"the process could not be started: {e.Message}", e);
        }
    }

    /// <param name="news">Receives progress, on any thread.</param>
    /// <exception cref="ResidentRefusedException">The question cannot be answered, with the reason.</exception>
    /// <exception cref="ResidentGoneException">The process ended.</exception>
    /// <exception cref="OperationCanceledException">The work on the question is ended too.</exception>
    public async Task<ResidentAnswer> AskAsync(ResidentQuestion question, Action<ResidentNews>? news, CancellationToken cancel)
    {
        var id = Interlocked.Increment(ref last);
        var mine = new Pending(news, new(TaskCreationOptions.RunContinuationsAsynchronously));
        pending[id] = mine;
        try
        {
            await WriteAsync(new(id, question));
            // The process may have ended between the two lines above: its end has then not seen this question.
            if (IsGone)
                mine.Done.TrySetException(end!);
            return await mine.Done.Task.WaitAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await WriteAsync(new(Interlocked.Increment(ref last), new ResidentQuestion.Cancel(id)));
            throw;
        }
        finally
        {
            pending.TryRemove(id, out _);
        }
    }

    async Task WriteAsync(ResidentRequest request)
    {
        await writing.WaitAsync();
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, RunJson.Line));
            await process.StandardInput.FlushAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process has ended or ends; that is told to everyone who waits.
            await gone.Task;
        }
        finally
        {
            writing.Release();
        }
    }

    async Task ListenAsync()
    {
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
                if (Parse(line) is { } reply)
                    Hear(reply);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException) { }
        await process.WaitForExitAsync();
        end = new(process.ExitCode, lastWords);
        gone.SetResult();
        foreach (var one in pending.Values)
            one.Done.TrySetException(end);
    }

    void Hear(ResidentReply reply)
    {
        if (!pending.TryGetValue(reply.Id, out var asked))
            return;
        if (reply.Progress is { } news)
            asked.News?.Invoke(news);
        if (reply.Refusal is { } refusal)
            asked.Done.TrySetException(new ResidentRefusedException(refusal));
        if (reply.Answer is { } answer)
            asked.Done.TrySetResult(answer);
    }

    /// <summary>Null for a line that a native library has printed.</summary>
    static ResidentReply? Parse(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<ResidentReply>(line, RunJson.Line) : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    async Task OverhearAsync()
    {
        try
        {
            while (await process.StandardError.ReadLineAsync() is { } line)
                if (line.Length > 0)
                    lastWords = line;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException) { }
    }

    /// <summary>Closes the input, which ends the process; kills it where it does not end soon.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException) { }
        try
        {
            await gone.Task.WaitAsync(Grace);
        }
        catch (TimeoutException)
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException) { }
            await gone.Task;
        }
        process.Dispose();
    }
}
