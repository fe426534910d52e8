using System.Globalization;
using System.Runtime.InteropServices;

namespace LiftLab.Engine.Launching.Slurm;

/// <summary>What is submitted: the arguments of sbatch and the script. No secret of the dashboard's environment is in either.</summary>
static class SlurmScript
{
    /// <summary>Variables of the dashboard that every job gets. All others stay behind, keys of providers among them.</summary>
    static readonly string[] Variables = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DOTNET_ROOT", "TZ"];

    public static IReadOnlyList<string> Arguments(JobSpec spec, string name, SlurmOptions options)
    {
        List<string> arguments =
        [
            "--parsable",
            $"--job-name={name}",
            "--requeue",
            "--open-mode=append",
            $"--chdir={spec.Folder}",
            $"--output={OutputOf(spec)}",
            $"--export={string.Join(',', Variables.Concat(options.Variables).Distinct())}",
        ];
        Add("array", spec.Array is { } array ? $"{Range(array.Tasks)}%{Text(options.ArrayThrottle)}" : "");
        Add("partition", options.Partition);
        Add("account", options.Account);
        Add("qos", options.Qos);
        Add("time", Text(options.Minutes));
        Add("cpus-per-task", Text(options.Cpus));
        Add("mem", options.MemoryMb > 0 ? $"{Text(options.MemoryMb)}M" : "");
        Add("gres", options.Gpus > 0 ? $"gpu:{(options.GpuType.Length > 0 ? options.GpuType + ":" : "")}{Text(options.Gpus)}" : "");
        if (options.Minutes > 0)
            // B: the signal goes to the worker itself. Of a short limit, at most half is spent on saving.
            arguments.Add($"--signal=B:USR1@{Text(Math.Max(1, Math.Min(options.WarnSeconds, options.Minutes * 30)))}");
        arguments.AddRange(options.ExtraArguments);
        return arguments;

        void Add(string option, string value)
        {
            if (value.Length > 0)
                arguments.Add($"--{option}={value}");
        }
    }

    /// <param name="engine">The engine's command.</param>
    public static string Of(JobSpec spec, IReadOnlyList<string> engine, IReadOnlyList<string> arguments) =>
        $"""
            #!/bin/bash
            # LiftLab submits this file with:
            # sbatch {ShellText.Join(arguments)} job.sh
            export {EngineProgram.InterruptibleVariable}=1 OMP_WAIT_POLICY=PASSIVE
            export DOTNET_ROOT="${"{"}DOTNET_ROOT:-{DotnetRoot}{"}"}"
            # exec: the worker is the job's own process, so that Slurm's signals reach it and its exit code is the job's
            exec {ShellText.Join([.. engine, .. spec.CommandLine])}{ShareOf(spec)}

            """.ReplaceLineEndings("\n");

    static string ShareOf(JobSpec spec) =>
        spec.Array is { } array ? FormattableString.Invariant($" --share \"$SLURM_ARRAY_TASK_ID/{array.Count}\"") : "";

    static string OutputOf(JobSpec spec)
    {
        var file = spec.LogFile.Replace("%", "%%", StringComparison.Ordinal);
        return spec.Array is null ? file : file.Replace(JobArray.TaskPlace, "%a", StringComparison.Ordinal);
    }

    /// <summary>"0-11"; "3,7" where there are gaps.</summary>
    static string Range(IReadOnlyList<int> tasks) =>
        tasks.Count > 1 && tasks[^1] - tasks[0] == tasks.Count - 1
            ? FormattableString.Invariant($"{tasks[0]}-{tasks[^1]}")
            : string.Join(',', tasks.Select(t => t.ToString(CultureInfo.InvariantCulture)));

    static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    static string Text(int number) => number > 0 ? number.ToString(CultureInfo.InvariantCulture) : "";
}
