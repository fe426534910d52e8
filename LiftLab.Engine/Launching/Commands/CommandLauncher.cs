using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Launching.Commands;

/// <summary>
/// Runs jobs through commands that a person writes as templates: SkyPilot, dstack, kubectl, ssh or a script. A command that fails or does
/// not end means that the launcher does not answer; a job that Look does not mention is gone.
/// </summary>
/// <param name="engine">The engine's executable or .dll; null for the one in this program's folder.</param>
public sealed class CommandLauncher(string name, CommandOptions options, string? engine = null) : ILauncher
{
    readonly string section = $"LiftLab:Launchers:{name}";
    readonly CommandTemplate submit = Parse(options.Submit, options, CommandOptions.OfSpec),
        look = Parse(options.Look, options, CommandOptions.OfLook),
        cancelling = Parse(options.Cancel, options, CommandOptions.OfJob);
    readonly CommandTemplate? find = options.Find.Length == 0 ? null : Parse(options.Find, options, CommandOptions.OfSpec);

    TimeSpan Limit => TimeSpan.FromSeconds(options.TimeoutSeconds);

    public string Name => name;

    public int? Places => options.Places;

    public string Takes =>
        options.Takes.Length > 0 ? options.Takes
        : options.Gpus > 0 ? FormattableString.Invariant($"{options.Gpus} GPU, at most {options.Minutes} min")
        : FormattableString.Invariant($"at most {options.Minutes} min");

    static CommandTemplate Parse(string text, CommandOptions options, string[] known) =>
        CommandTemplate.Parse(text, options.Shell, known, out var fault) ?? throw new ArgumentException($"the command {fault}");

    public async Task<Job> SubmitAsync(JobSpec spec, CancellationToken cancel)
    {
        spec.Secrets.Refuse(name);
        var command = submit.Expand(Values(spec));
        JobScript.Keep(spec.Folder, $"#!/bin/sh\n# The launcher {name} was given this command.\n{ShellText.Join(command)}\n");
        var answer = await OutsideProgram.RunAsync(command, null, Limit, cancel);
        if (answer.Code == 0)
            return new(name, HandleIn(answer.Output, spec));
        // A launcher that cannot be asked now either did not refuse the job; one that holds it took it before its command failed.
        return await FindAsync(spec, cancel)
            ?? throw new LaunchFailedException($"{section}:Submit ended with code {answer.Code}: {answer.Words}");
    }

    public async Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(IReadOnlyCollection<Job> jobs, CancellationToken cancel)
    {
        if (jobs.Count == 0)
            return new Dictionary<Job, JobStatus>();
        if (look.Has("handle"))
        {
            var each = await Task.WhenAll(jobs.Select(async j => (Job: j, Status: await LookAsync(j, cancel))));
            return each.ToDictionary(e => e.Job, e => e.Status);
        }
        var handles = jobs.Select(j => j.Handle).ToArray();
        var output = await OutputAsync(
            look.Expand(new Dictionary<string, IReadOnlyList<string>> { [CommandTemplate.Handles] = handles }),
            cancel
        );
        var seen = new Dictionary<string, JobStatus>(StringComparer.Ordinal);
        // lines of other jobs may have states that nobody needs to know
        foreach (var text in output.Split('\n').Where(l => handles.Any(h => l.Contains(h, StringComparison.Ordinal))))
        foreach (var (handle, status) in new LookLine(section, options, many: true).Read(text).Where(l => handles.Contains(l.Handle)))
            seen[handle] = status;
        return jobs.ToDictionary(j => j, j => seen.GetValueOrDefault(j.Handle) ?? new(JobState.Gone));
    }

    async Task<JobStatus> LookAsync(Job job, CancellationToken cancel)
    {
        if (job.Handle.Length == 0)
            return new(JobState.Gone);
        var output = await OutputAsync(look.Expand(OfJob(job)), cancel);
        var lines = new LookLine(section, options, many: false).Read(output).ToArray();
        return lines.Length == 0 ? new(JobState.Gone) : lines[^1].Status;
    }

    public async Task CancelAsync(Job job, CancellationToken cancel)
    {
        if (job.Handle.Length > 0 && (await LookAsync([job], cancel))[job] is { IsOver: false })
            await OutputAsync(cancelling.Expand(OfJob(job)), cancel);
    }

    public async Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel)
    {
        string? handle = null;
        if (find is not null)
        {
            var output = await OutputAsync(find.Expand(Values(spec)), cancel);
            handle = LastLine(output);
        }
        else if (options.Handle == CommandOptions.NameHandle)
            handle = spec.Name;
        if (handle is not { Length: > 0 })
            return null;
        var job = new Job(name, handle);
        return (await LookAsync([job], cancel))[job].IsOver ? null : job;
    }

    string HandleIn(string output, JobSpec spec)
    {
        var handle = options.Handle switch
        {
            CommandOptions.NameHandle => spec.Name,
            CommandOptions.OutputHandle => LastLine(output),
            var expression => Regex.Match(output, expression, RegexOptions.CultureInvariant) is { Success: true } match
                ? match.Groups[1].Value.Trim()
                : null,
        };
        return handle is { Length: > 0 }
            ? handle
            : throw new LaunchFailedException(
                $"{section}:Submit ended with code 0 and printed no handle ({section}:Handle is \"{options.Handle}\"); it printed: {output.Trim()}"
            );
    }

    static string? LastLine(string output) => output.Split('\n').Select(l => l.Trim()).LastOrDefault(l => l.Length > 0);

    /// <exception cref="LauncherUnreachableException">The command failed.</exception>
    async Task<string> OutputAsync(IReadOnlyList<string> command, CancellationToken cancel)
    {
        var answer = await OutsideProgram.RunAsync(command, null, Limit, cancel);
        if (answer.Code == 0)
            return answer.Output;
        if (options.Missing.Length > 0 && Regex.IsMatch(answer.Output + answer.Error, options.Missing, RegexOptions.CultureInvariant))
            return "";
        throw new LauncherUnreachableException(
            $"the launcher {name} does not answer: {command[0]} ended with code {answer.Code}: {answer.Words}"
        );
    }

    static Dictionary<string, IReadOnlyList<string>> OfJob(Job job) => new() { ["handle"] = [job.Handle] };

    Dictionary<string, IReadOnlyList<string>> Values(JobSpec spec) =>
        new()
        {
            ["folder"] = [spec.Folder],
            ["gpus"] = [options.Gpus.ToString(CultureInfo.InvariantCulture)],
            ["minutes"] = [options.Minutes.ToString(CultureInfo.InvariantCulture)],
            ["name"] = [spec.Name],
            ["log"] = [spec.LogFile],
            [CommandTemplate.Command] = ["env", .. Variables, .. Engine(), .. spec.CommandLine],
        };

    static readonly string[] Variables = ["OMP_WAIT_POLICY=PASSIVE", $"{EngineProgram.InterruptibleVariable}=1"];

    /// <summary>A path that is set need not exist here: the jobs may run on another machine.</summary>
    string[] Engine() => options.Engine.Length > 0 ? EngineProgram.Start(options.Engine) : EngineProgram.Command(engine);
}
