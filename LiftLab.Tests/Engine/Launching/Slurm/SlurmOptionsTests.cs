using LiftLab.Engine.Launching;
using LiftLab.Engine.Launching.Slurm;

namespace LiftLab.Tests.Engine.Launching.Slurm;

public sealed class SlurmOptionsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-slurm-options-").FullName;

    public SlurmOptionsTests()
    {
        foreach (var program in (string[])["sbatch", "squeue", "scancel", "scontrol"])
            File.WriteAllText(Path.Combine(folder, program), "");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    SlurmOptions Usual => new() { BinFolder = folder };

    static IReadOnlyList<string> Faults(SlurmOptions options) => options.Faults("LiftLab:Launchers:cluster");

    static JobSpec Spec(string runFolder) => new("20261127-run.2", JobKind.Run, runFolder, [], runFolder + "/worker.log");

    [Theory]
    [InlineData("--constraint=ib")]
    [InlineData("--exclude=n1,n2")]
    [InlineData("--reservation=lab")]
    [InlineData("--nodelist=n[1-2]")]
    public void An_argument_of_ones_own_is_taken(string argument) => Assert.Empty(Faults(Usual with { ExtraArguments = [argument] }));

    [Theory]
    [InlineData("--array=0-9", "--array")]
    [InlineData("--output=x", "--output")]
    [InlineData("--export=ALL", "--export")]
    [InlineData("--job-n=x", "--job-name")]
    [InlineData("--no-requeue", "--no-requeue")]
    [InlineData("-p gpu", "--name=value")]
    [InlineData("job.sh", "--name=value")]
    public void An_argument_that_would_break_a_job_is_refused_by_its_name(string argument, string words)
    {
        var fault = Assert.Single(Faults(Usual with { ExtraArguments = [argument] }));
        Assert.StartsWith("LiftLab:Launchers:cluster:ExtraArguments", fault, StringComparison.Ordinal);
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_setting_is_named()
    {
        var wrong = Faults(
            new()
            {
                BinFolder = "/no/such/folder",
                Partition = "gpu; rm",
                Account = "a b",
                Qos = "$q",
                Minutes = -1,
                Gpus = -1,
                Cpus = -1,
                MemoryMb = -1,
                Places = 0,
                WarnSeconds = 0,
                ArrayTasks = 0,
                ArrayThrottle = 0,
                Conf = "/no/such/slurm.conf",
                Variables = ["KEY=secret"],
            }
        );
        Assert.All(
            [
                "BinFolder",
                "Partition",
                "Account",
                "Qos",
                "Minutes",
                "Gpus",
                "Cpus",
                "MemoryMb",
                "Places",
                "WarnSeconds",
                "ArrayTasks",
                "ArrayThrottle",
                "Conf",
                "Variables",
            ],
            s => Assert.Contains(wrong, w => w.StartsWith($"LiftLab:Launchers:cluster:{s} ", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void An_array_that_Slurm_would_refuse_is_refused_at_the_start() =>
        Assert.Contains("ArrayTasks is 2000", Assert.Single(Faults(Usual with { ArrayTasks = 2000 })), StringComparison.Ordinal);

    [Fact]
    public void The_arguments_say_what_the_settings_say()
    {
        var options = Usual with
        {
            Partition = "gpu",
            Account = "lab",
            Qos = "long",
            Minutes = 600,
            Gpus = 2,
            GpuType = "a100",
            Cpus = 4,
            MemoryMb = 8000,
            ExtraArguments = ["--constraint=ib"],
        };
        var arguments = SlurmScript.Arguments(Spec("/lab/runs/20261127-run"), "liftlab-x.2", options);
        Assert.All(
            [
                "--job-name=liftlab-x.2",
                "--partition=gpu",
                "--account=lab",
                "--qos=long",
                "--time=600",
                "--gres=gpu:a100:2",
                "--cpus-per-task=4",
                "--mem=8000M",
                "--signal=B:USR1@120",
                "--requeue",
                "--open-mode=append",
                "--constraint=ib",
            ],
            a => Assert.Contains(a, arguments)
        );
        Assert.Equal("Slurm, partition gpu, 2 GPU (a100), 4 processors, 7.8 GB memory, at most 10 h a job", options.Takes);
        // what is not set is left to the cluster
        var few = SlurmScript.Arguments(Spec("/lab/runs/20261127-run"), "liftlab-x.2", Usual);
        Assert.DoesNotContain(
            few,
            a => a.StartsWith("--time", StringComparison.Ordinal) || a.StartsWith("--signal", StringComparison.Ordinal)
        );
        Assert.Equal("Slurm", Usual.Takes);
    }

    [Fact]
    public void No_key_of_the_dashboard_reaches_a_script_or_a_job()
    {
        const string key = "LIFTLAB_KEY_OPENAI";
        Environment.SetEnvironmentVariable(key, "sk-secret");
        try
        {
            var arguments = SlurmScript.Arguments(Spec("/lab/runs/x"), "liftlab-x.2", Usual);
            var script = SlurmScript.Of(Spec("/lab/runs/x"), ["engine"], arguments);
            Assert.DoesNotContain("sk-secret", script, StringComparison.Ordinal);
            var export = Assert.Single(arguments, a => a.StartsWith("--export=", StringComparison.Ordinal));
            var variables = export["--export=".Length..].Split(',');
            Assert.DoesNotContain("ALL", variables);
            Assert.DoesNotContain(key, variables);
        }
        finally
        {
            Environment.SetEnvironmentVariable(key, null);
        }
    }

    [Fact]
    public void A_folder_with_any_characters_stays_one_argument()
    {
        var spec = Spec("/lab/it's 100% $HOME");
        var arguments = SlurmScript.Arguments(spec, "liftlab-x.2", Usual);
        Assert.Contains("--chdir=/lab/it's 100% $HOME", arguments);
        Assert.Contains("--output=/lab/it's 100%% $HOME/worker.log", arguments); // Slurm replaces %j and the like
        Assert.Contains(
            "exec /opt/engine run '/lab/it'\\''s 100% $HOME'\n",
            SlurmScript.Of(spec, ["/opt/engine"], arguments),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("17|N/A|PENDING|Resources||0|gpu|/lab/r|liftlab-1-a.2|", JobState.Waiting, "PENDING (Resources)", null, null)]
    [InlineData("17|N/A|PENDING|JobHeldUser||0|gpu|/lab/r|liftlab-1-a.2|", JobState.Held, "PENDING (JobHeldUser)", null, null)]
    [InlineData("17|N/A|RUNNING|None|n1|0|gpu|/lab/a|b|liftlab-1-a.2|", JobState.Running, "RUNNING", "n1", null)]
    [InlineData("17|N/A|COMPLETED|None|n1|0|gpu|/lab/r|liftlab-1-a.2|", JobState.Ended, "COMPLETED", "n1", 0)]
    [InlineData("17|N/A|FAILED|NonZeroExitCode|n1|768|gpu|/lab/r|liftlab-1-a.2|", JobState.Ended, "FAILED (NonZeroExitCode)", "n1", 3)]
    [InlineData("17|N/A|FAILED|JobLaunchFailure|n1|9|gpu|/lab/r|liftlab-1-a.2|", JobState.Ended, "FAILED (JobLaunchFailure)", "n1", 137)]
    [InlineData("17|N/A|TIMEOUT|TimeLimit|n1|0|gpu|/lab/r|liftlab-1-a.2|", JobState.Ended, "TIMEOUT (TimeLimit)", "n1", null)]
    [InlineData("17|N/A|NODE_FAIL|NodeDown|n1|0|gpu|/lab/r|liftlab-1-a.2|", JobState.Ended, "NODE_FAIL (NodeDown)", "n1", null)]
    [InlineData(
        "17|N/A|OUT_OF_MEMORY|OutOfMemory|n1|0|gpu|/lab/r|liftlab-1-a.2|",
        JobState.Ended,
        "OUT_OF_MEMORY (OutOfMemory)",
        "n1",
        137
    )]
    public void A_line_of_squeue_is_a_status(string line, JobState state, string words, string? node, int? code)
    {
        var job = Assert.Single(SlurmJob.Parse($"18|N/A|RUNNING|None|n2|0|gpu|/home/x|other-job|\n{line}\n"));
        Assert.Equal(("17", "liftlab-1-a.2"), (job.Number, job.Name));
        var status = job.Status(gpus: null, position: null);
        Assert.Equal((state, words, node, code), (status.State, status.Words, status.Node, status.ExitCode));
    }

    [Fact]
    public void A_name_is_one_of_the_folder_and_text_that_is_none_is_refused()
    {
        var (one, other) = (SlurmName.Of(Spec("/lab/1/run")), SlurmName.Of(Spec("/lab/2/run")));
        Assert.NotEqual(one, other);
        Assert.Equal(2, SlurmName.Parse(one)!.Value.Submission);
        Assert.Equal(one, SlurmName.Parse(one)!.Value.ToString());
        Assert.All(["", "x", "liftlab-", "liftlab-a", "liftlab-a.b", "17@x"], t => Assert.Null(SlurmName.Parse(t)));
        Assert.All(["", "17", "17@", "17@other", "@liftlab-a.1"], t => Assert.Empty(SlurmHandle.Parse(t)));
    }

    [Theory]
    [InlineData("17@liftlab-1-a.2")]
    [InlineData("17[0]@liftlab-1-a.study.2")]
    [InlineData("17[0,1,2]@liftlab-1-a.study.2 23[0,2]@liftlab-1-a.study.3")]
    public void A_handle_reads_back(string text) => Assert.Equal(text, string.Join(' ', SlurmHandle.Parse(text)));

    [Theory]
    [InlineData("17[]@liftlab-1-a.2")]
    [InlineData("17[0@liftlab-1-a.2")]
    [InlineData("17[x]@liftlab-1-a.2")]
    [InlineData("[0]@liftlab-1-a.2")]
    [InlineData("17[0]@liftlab-1-a.2 23")]
    public void Text_that_is_no_handle_names_nothing(string text) => Assert.Empty(SlurmHandle.Parse(text));

    [Fact]
    public void A_task_belongs_to_the_last_submission_that_has_it()
    {
        var handles = SlurmHandle.Parse("17[0,1,2]@liftlab-1-a.study.2 23[0,2]@liftlab-1-a.study.3");
        Assert.Equal(["23", "17", "23", null], new[] { 0, 1, 2, 3 }.Select(t => SlurmHandle.Of(handles, t)?.Id));
        Assert.Equal("17", new Job("cluster", string.Join(' ', handles)).Number);
    }

    [Theory]
    [InlineData("0-3%2", 0, 1, 2, 3)]
    [InlineData("3,7%2", 3, 7)]
    [InlineData("5%2", 5)]
    public void An_array_has_its_tasks_its_throttle_and_a_log_for_each(string array, params int[] tasks)
    {
        var spec = Spec("/lab/studies/s") with { LogFile = "/lab/100%/shares/{task}/worker.log", Array = new(8, tasks) };
        var arguments = SlurmScript.Arguments(spec, "liftlab-x.2", Usual with { ArrayThrottle = 2 });
        Assert.Contains("--array=" + array, arguments);
        Assert.Contains("--output=/lab/100%%/shares/%a/worker.log", arguments);
        Assert.EndsWith(" --share \"$SLURM_ARRAY_TASK_ID/8\"\n", SlurmScript.Of(spec, ["engine"], arguments), StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_of_an_array_is_that_of_its_tasks()
    {
        static JobStatus Of(params string[] lines) =>
            JobStatus.Of([
                .. SlurmJob
                    .Parse(string.Join('\n', lines.Select(l => $"{l}|0|gpu|/lab/s|liftlab-1-s.study.2|")))
                    .Select(j => new JobTask(j.Task!.Value, j.Status(gpus: null, position: null))),
            ]);
        var mixed = Of("17|0|COMPLETED|None|n1", "17|1|RUNNING|None|n2", "17|2|PENDING|Resources|", "17|3|PENDING|Resources|");
        Assert.Equal((JobState.Running, "n2"), (mixed.State, mixed.Node));
        Assert.Equal("1 COMPLETED, 1 RUNNING, 2 PENDING (Resources)", mixed.Words);
        Assert.Equal(JobState.Waiting, Of("17|0|COMPLETED|None|n1", "17|2|PENDING|Resources|").State);
        Assert.Equal(JobState.Held, Of("17|0|COMPLETED|None|n1", "17|2|PENDING|JobHeldUser|").State);
        Assert.Equal(JobState.Ended, Of("17|0|COMPLETED|None|n1", "17|1|TIMEOUT|TimeLimit|n2").State);
    }
}
