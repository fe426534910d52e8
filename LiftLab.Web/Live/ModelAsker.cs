using System.Diagnostics;
using System.Text.Json;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live;

/// <summary>
/// Asks base models single questions. The model runs in a process of its own (<c>ask</c>), so that native code cannot end the dashboard;
/// the process stays for further questions and leaves after a while without one. One question at a time.
/// </summary>
public sealed class ModelAsker(IOptions<LabOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>The process ends this long after its last answer.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>Loading a model and answering takes no longer, or the process is ended.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    readonly SemaphoreSlim one = new(1, 1);
    (string Model, Process Process)? there;
    ITimer? leaving;

    /// <summary>Loads the model if it is not loaded, and asks.</summary>
    /// <exception cref="ModelUnreachableException">The process ended or did not answer, with what it wrote.</exception>
    public async Task<ModelReply> AskAsync(string model, ModelQuestion question, CancellationToken cancel)
    {
        Visitor.Demand(Role.Run, "ask a model");
        await one.WaitAsync(cancel);
        try
        {
            leaving?.Dispose();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Longest);
            var process = Open(model);
            try
            {
                await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question, RunJson.Line).AsMemory(), limit.Token);
                await process.StandardInput.FlushAsync(limit.Token);
                if (await process.StandardOutput.ReadLineAsync(limit.Token) is not { } line)
                    throw await EndedAsync(process, limit.Token);
                var reply = JsonSerializer.Deserialize<ModelReply>(line, RunJson.Line)!;
                leaving = clock.CreateTimer(_ => LeaveIfFree(), null, Idle, Timeout.InfiniteTimeSpan);
                return reply;
            }
            catch (Exception e) when (e is IOException or JsonException)
            {
                throw await EndedAsync(process, limit.Token);
            }
            catch (OperationCanceledException)
            {
                Leave(); // an unread answer would be taken for the next question's
                if (cancel.IsCancellationRequested)
                    throw;
                throw new ModelUnreachableException($"the model did not answer within {Longest.TotalMinutes:0} minutes");
            }
        }
        finally
        {
            one.Release();
        }
    }

    Process Open(string model)
    {
        if (there is { } open && open.Model == model && !open.Process.HasExited)
            return open.Process;
        Leave();
        string[] command = [.. EngineProgram.Command(options.Value.Engine is { Length: > 0 } engine ? engine : null), "ask", model];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        EngineProgram.Prepare(info);
        try
        {
            var process = Process.Start(info) ?? throw new ModelUnreachableException("the engine could not be started");
            there = (model, process);
            return process;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ModelUnreachableException($"the engine could not be started: {e.Message}");
        }
    }

    async Task<ModelUnreachableException> EndedAsync(Process process, CancellationToken cancel)
    {
        var said = (await process.StandardError.ReadToEndAsync(cancel)).Trim();
        await process.WaitForExitAsync(cancel);
        var code = process.ExitCode;
        Leave();
        return new(said.Length > 0 ? said : FormattableString.Invariant($"the model's process ended with code {code}"));
    }

    void LeaveIfFree()
    {
        if (!one.Wait(TimeSpan.Zero))
            return; // a question is on its way and sets the timer again
        try
        {
            Leave();
        }
        finally
        {
            one.Release();
        }
    }

    void Leave()
    {
        if (there is not { } open)
            return;
        there = null;
        try
        {
            open.Process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // it has ended by itself
        }
        open.Process.Dispose();
    }

    public void Dispose()
    {
        leaving?.Dispose();
        Leave();
        one.Dispose();
    }
}

/// <summary>A base model could not be asked: what its process said.</summary>
public sealed class ModelUnreachableException(string message) : Exception(message);
