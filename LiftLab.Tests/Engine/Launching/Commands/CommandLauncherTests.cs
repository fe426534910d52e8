using LiftLab.Engine.Launching;
using LiftLab.Engine.Launching.Commands;

namespace LiftLab.Tests.Engine.Launching.Commands;

public sealed class CommandLauncherTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-command-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static readonly CommandOptions Usual = new()
    {
        Submit = "echo {name} {command}",
        Look = "true",
        Cancel = "true {handle}",
        Handle = "name",
    };

    static IReadOnlyList<string> Faults(CommandOptions options) => options.Faults("LiftLab:Launchers:box");

    static CommandLauncher Launcher(CommandOptions options) => new("box", options, TestWorker.Assembly);

    static async Task<JobStatus> LookAsync(string prints, CommandOptions? options = null, string handle = "17")
    {
        var launcher = Launcher((options ?? Usual) with { Look = $"printf '{prints}'" });
        return (await launcher.LookAsync([new("box", handle)], CancellationToken.None)).Single().Value;
    }

    JobSpec Spec => new("run-1.1", JobKind.Run, folder, [], Path.Combine(folder, "worker.log"));

    [Fact]
    public void Settings_that_work_have_no_fault() => Assert.Empty(Faults(Usual).Concat(Faults(JobScriptExample.Options)));

    [Fact]
    public void Every_wrong_setting_is_named()
    {
        var wrong = Faults(
            new()
            {
                Submit = "submit {name}",
                Look = "look {nmae}",
                Cancel = "cancel",
                Handle = "id: ",
                Line = "(",
                Missing = "[",
                Minutes = 0,
                Gpus = -1,
                Places = 0,
            }
        );
        Assert.All(
            ["Submit", "Look", "Cancel", "Handle", "Line", "Missing", "Minutes", "Gpus", "Places", "Find"],
            s => Assert.Contains(wrong, w => w.StartsWith($"LiftLab:Launchers:box:{s} ", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("17 RUNNING on node3\\n", JobState.Running, "RUNNING: on node3")]
    [InlineData("16 done\\n17 Pending\\n", JobState.Waiting, "Pending")]
    [InlineData("17 SUCCEEDED\\n", JobState.Ended, "SUCCEEDED")]
    [InlineData("17 cancelled\\n", JobState.Ended, "cancelled")]
    [InlineData("170 RUNNING\\n", JobState.Gone, null)]
    [InlineData("", JobState.Gone, null)]
    public async Task The_launchers_own_words_become_a_state(string prints, JobState state, string? words)
    {
        var status = await LookAsync(prints);
        Assert.Equal((state, words), (status.State, status.Words));
        Assert.Equal(words == "cancelled", status.IsCancelled);
    }

    [Fact]
    public async Task A_line_of_ones_own_shape_gives_node_position_and_exit_code()
    {
        var options = Usual with
        {
            Line = @"^\s*(?<state>\w+),(?<node>[^,]*),(?<position>\d*),(?<exit>\d*),(?<gpus>.*),(?<handle>\S+)$",
            Failed = ["KAPUTT"],
            Waiting = ["DONE"],
        };
        var status = await LookAsync("KAPUTT,n7,,3,0-1,17\\n", options);
        Assert.Equal((JobState.Ended, 3, "n7", "0-1"), (status.State, status.ExitCode, status.Node, status.Gpus));
        Assert.Equal((JobState.Waiting, 4), (await LookAsync("DONE,,4,,,17\\n", options) is var s ? (s.State, s.Position) : default));
    }

    [Fact]
    public async Task An_unknown_state_is_no_end_of_the_job_and_the_setting_is_named()
    {
        var silent = await Assert.ThrowsAsync<LauncherUnreachableException>(() => LookAsync("17 HIBERNATING\\n"));
        Assert.Contains("HIBERNATING", silent.Message, StringComparison.Ordinal);
        Assert.Contains("LiftLab:Launchers:box:Waiting", silent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_that_fails_does_not_mean_that_the_job_is_gone()
    {
        var job = new Job("box", "17");
        foreach (var look in (string[])["false", "no-such-program-of-any-cluster"])
            await Assert.ThrowsAsync<LauncherUnreachableException>(() =>
                Launcher(Usual with { Look = look }).LookAsync([job], CancellationToken.None)
            );
        var hanging = Launcher(Usual with { Look = "sleep 600", TimeoutSeconds = 1 });
        await Assert.ThrowsAsync<LauncherUnreachableException>(() => hanging.LookAsync([job], CancellationToken.None));
        // a launcher that says "not found" with a code of failure
        var none = Usual with
        {
            Shell = TemplateShell.Here,
            Look = "echo 'job 17 NotFound' >&2; exit 1; : {handle}",
            Missing = "NotFound",
        };
        Assert.Equal(JobState.Gone, (await Launcher(none).LookAsync([job], CancellationToken.None))[job].State);
    }

    [Fact]
    public async Task A_submission_that_is_refused_says_why_and_one_that_is_not_answered_is_not_refused()
    {
        var refusing = Usual with { Shell = TemplateShell.Here, Submit = "echo 'no quota' >&2; exit 3; : {command} {name}", Look = "true" };
        var refused = await Assert.ThrowsAsync<LaunchFailedException>(() => Launcher(refusing).SubmitAsync(Spec, CancellationToken.None));
        Assert.Contains("no quota", refused.Message, StringComparison.Ordinal);
        Assert.Contains("LiftLab:Launchers:box:Submit", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LauncherUnreachableException>(() =>
            Launcher(refusing with { Look = "exit 255" }).SubmitAsync(Spec, CancellationToken.None)
        );
        // it was taken before the connection broke
        var taken = await Launcher(refusing with { Look = "echo run-1.1 RUNNING" }).SubmitAsync(Spec, CancellationToken.None);
        Assert.Equal("run-1.1", taken.Handle);
        Assert.Contains("no quota", JobScript.Read(folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("output", "Submitted\\njob 4711\\n\\n", "job 4711")]
    [InlineData("Job ID: (\\d+)", "Managed Job ID: 42, logs ...\\nbye\\n", "42")]
    public async Task The_handle_is_read_from_what_the_submission_prints(string handle, string prints, string expected)
    {
        var launcher = Launcher(Usual with { Submit = $"printf '{prints}' {{command}}", Handle = handle, Find = "true" });
        Assert.Equal(expected, (await launcher.SubmitAsync(Spec, CancellationToken.None)).Handle);
        var none = Launcher(Usual with { Submit = "true {command}", Handle = handle, Find = "true" });
        await Assert.ThrowsAsync<LaunchFailedException>(() => none.SubmitAsync(Spec, CancellationToken.None));
    }
}
