using System.Diagnostics;
using LiftLab.Engine.Commands;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Pages.Experiments;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web.Experiments;

/// <summary>Studies between the dashboard and the command line.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class StudyCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-study-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The command line in this process, with the folder of the test for relative paths.</summary>
    static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(),
            error = new();
        var code = await LiftLabCommand.Create().Parse(arguments).InvokeAsync(new() { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The keys of all answers: equal for studies that compute the same.</summary>
    static string[] Keys(StudySpec spec) =>
        [.. StudyCells.Of(spec, LiftLab.Engine.Engine.Find).All.Select(c => $"{c.Cell.Place} {c.Key.Hash}")];

    [Fact]
    public async Task The_copied_command_makes_the_study_of_the_form()
    {
        using var lab = new LabServer();
        lab.Start();
        var datasets = lab.Get<Datasets>();
        var iris = (await datasets.AddSampleAsync("iris")).Row;
        await using var content = new MemoryStream(
            System.Text.Encoding.UTF8.GetBytes(TestRuns.TwoClasses.Replace("class\n", "my class\n"))
        );
        var own = (await datasets.AddAsync(content, "it's mine.csv")).Row;
        await File.WriteAllBytesAsync(Path.Combine(folder, "it's mine.csv"), content.ToArray());
        var draft = StudyDraft.Of(
            new(
                Learners: "knn,majority",
                Kinds: "label-noise/pair:7,20;missing-cells:12.5",
                Seeds: "3, 1",
                Protocol: "paper",
                Name: "mine"
            ),
            ExperimentList.Find("robustness"),
            [iris, own],
            null
        );
        var (planned, _) = await lab.Get<LabStudies>().PlanAsync(draft.ToRequest());

        // A shell runs the copied text; the program at its end is replaced by one that writes down its arguments.
        var command = draft
            .CommandLine()
            .Replace("dotnet run -c Release --project LiftLab.Engine --", "printf '%s\\n'", StringComparison.Ordinal);
        Assert.Contains("printf", command, StringComparison.Ordinal);
        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true }
        )!;
        var arguments = (await shell.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await shell.WaitForExitAsync();
        Assert.Equal(["experiment", "run", "robustness", "--tables", "iris", "it's mine.csv", "--spec", "study.json"], arguments);
        arguments = [.. arguments.Select(a => File.Exists(Path.Combine(folder, a)) ? Path.Combine(folder, a) : a)];
        var (code, _, error) = await RunAsync([.. arguments, "--out", Path.Combine(folder, "out")]);
        Assert.True(code == ExitCode.Done, error);
        var made = StudyFolder.Open(Assert.Single(Directory.GetDirectories(Path.Combine(folder, "out")))).ReadSpec();
        Assert.Equal(Keys(planned), Keys(made));
        Assert.Equal(("mine", Protocol.Paper), (made.Name, made.Protocol));

        var (wrong, _, said) = await RunAsync("robustness", "iris", "--spec", Path.Combine(folder, "study.json"));
        Assert.Equal(ExitCode.WrongUsage, wrong);
        Assert.Contains("saved for 2 tables", said, StringComparison.Ordinal);
        var (swapped, _, lacks) = await RunAsync([
            "experiment",
            "run",
            "robustness",
            "--tables",
            arguments[5],
            "iris",
            "--spec",
            Path.Combine(folder, "study.json"),
        ]);
        Assert.Equal(ExitCode.BadData, swapped);
        Assert.Contains("has no column", lacks, StringComparison.Ordinal);
    }

    /// <summary>Tables whose reading was guessed, chosen or is that of another format.</summary>
    [Theory]
    [InlineData("three-sheets.xlsx", 1)]
    [InlineData("thousands.csv", null)]
    [InlineData("separators.csv", null)]
    [InlineData("play.arff", null)]
    [InlineData("comments.csv", null)]
    [InlineData("currency.csv", null)]
    public async Task The_copied_command_reads_the_table_as_the_dashboard_does(string file, int? sheet)
    {
        using var lab = new LabServer();
        lab.Start();
        var datasets = lab.Get<Datasets>();
        await using var content = File.OpenRead(CaseFile.At(file));
        var dataset = await datasets.AddAsync(content, file);
        if (sheet is { } at)
            dataset = await datasets.ChooseSheetAsync(dataset.Row.Id, dataset.Format.SheetNames[at]);
        var target = dataset.Table.Columns[^1].Name;
        var schema = dataset.Row.Schema.WithTarget(target, SchemaGuess.TaskOf(dataset.Table[target]));
        dataset = await datasets.ConfirmAsync(dataset.Row.Id, "my table", schema);
        var draft = StudyDraft.Of(new(Learners: "majority,mean", Seeds: "0"), ExperimentList.Find("accuracy"), [dataset.Row], null);
        var (planned, _) = await lab.Get<LabStudies>().PlanAsync(draft.ToRequest());
        await File.WriteAllTextAsync(Path.Combine(folder, "study.json"), draft.ToJson());
        var (_, _, error) = await RunAsync([
            "experiment",
            "run",
            "accuracy",
            "--tables",
            CaseFile.At(file),
            "--spec",
            Path.Combine(folder, "study.json"),
            "--out",
            folder,
        ]);
        var folders = Directory.GetDirectories(folder);
        Assert.True(folders.Length == 1, error);
        Assert.Equal(Keys(planned), Keys(StudyFolder.Open(folders[0]).ReadSpec()));
    }

    [Fact]
    public async Task A_study_of_the_command_line_opens_in_the_dashboard_when_its_folder_is_copied()
    {
        var (code, _, error) = await RunAsync(
            "experiment",
            "run",
            "label-corruption",
            "--tables",
            "iris",
            "--models",
            "knn,majority",
            "--kinds",
            "label-noise",
            "--levels",
            "20",
            "--seeds",
            "0",
            "--out",
            folder
        );
        Assert.True(code == ExitCode.Done, error);
        var made = Assert.Single(Directory.GetDirectories(folder));
        using var lab = new LabServer();
        lab.Start();
        var studies = lab.Get<LabStudies>();
        Assert.Empty(studies.List());
        var copy = Path.Combine(lab.Get<LabFolder>().Studies, Path.GetFileName(made));
        foreach (var file in Directory.GetFiles(made, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(made, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        var entry = Assert.Single(studies.List());
        Assert.Equal((RunState.Succeeded, 4, 4, 0), (entry.State, entry.Planned, entry.Answered, entry.Failed));
        var open = await studies.OpenAsync(entry.Id);
        Assert.Equal(4, open.Answers.Count);
        Assert.All(open.Figures, f => Assert.Null(f.Waiting));
        Assert.Equal(RunState.Succeeded, (await studies.StoryAsync(entry.Id)).Ended?.State);
        Assert.Equal("label-corruption", (await studies.NewestFiguresAsync()).Keys.Single());
        // It is extended like any other, and its answers are taken.
        var bigger = await studies.AddAsync(entry.Id, new(Seeds: [1]));
        await Eventually.TrueAsync(() => studies.Get(bigger).State == RunState.Succeeded);
        Assert.Equal(8, studies.Get(bigger).Answered);
        Assert.Equal(4, RunTail.All(studies.Folder(bigger)).Count(e => e.Body is CellAnswered { Taken: true }));
    }
}
