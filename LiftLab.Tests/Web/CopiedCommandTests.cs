using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Live;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage.Tables;
using MiniExcelLibs;

namespace LiftLab.Tests.Web;

/// <summary>
/// <i>Copy as command</i> is run in a shell beside the table's file, and its report is compared with that of the dashboard's run.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed partial class CopiedCommandTests : IDisposable
{
    readonly LabServer lab = LabServer.AsDeployed();
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-copied-").FullName;

    public void Dispose()
    {
        lab.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public async Task Words_decimal_commas_ignored_columns_and_units_are_repeated()
    {
        var rows = Enumerable.Range(0, 60).Select(i => $"{i % 7};{i % 10},5;c{i % 3};{(i % 10 < 5 ? "NA" : "yes")}\n");
        var reading = new TableReadOptions().With("y", c => c with { Words = ["NA"] });
        await DemandTheSameAsync(
            "my 'own' table.csv",
            Encoding.Latin1.GetBytes("code;größe;colour;y\n" + string.Concat(rows)),
            async id => await lab.Get<Datasets>().ReadAgainAsync(id, reading, (await lab.Get<Datasets>().OpenAsync(id)).Row.Schema),
            schema =>
                schema.WithTarget("y", TaskKind.Classification) with
                {
                    Columns =
                    [
                        .. schema
                            .WithTarget("y", TaskKind.Classification)
                            .Columns.Select(c =>
                                c.Name == "colour" ? c with { Role = ColumnRole.Ignored }
                                : c.Name == "größe" ? c with { Unit = "cm" }
                                : c
                            ),
                    ],
                }
        );
    }

    [Fact]
    public async Task The_sheet_the_task_and_the_boundary_are_repeated()
    {
        using var book = new MemoryStream();
        book.SaveAs(
            new Dictionary<string, object>
            {
                ["first"] = Enumerable.Range(0, 30).Select(i => new { a = i, b = "x" }).ToArray(),
                ["the second"] = Enumerable
                    .Range(0, 60)
                    .Select(i => new
                    {
                        x = i * .5,
                        y = i % 7,
                        kind = 10 * (1 + i / 20),
                    })
                    .ToArray(),
            }
        );
        await DemandTheSameAsync(
            "book.xlsx",
            book.ToArray(),
            async id => await lab.Get<Datasets>().ChooseSheetAsync(id, "the second"),
            schema => schema.WithTarget("kind", TaskKind.Classification)
        );
    }

    [Fact]
    public async Task A_regression_on_merged_and_missing_cells_is_repeated()
    {
        var rows = Enumerable
            .Range(0, 60)
            .Select(i =>
                $"{(i % 9 == 0 ? "n.d." : Number(i * .25))},{(i % 3 == 0 ? "Red" : i % 3 == 1 ? "red" : "blue")},{Number(100 + i)}\n"
            );
        var reading = new TableReadOptions().With("colour", c => c with { Merged = new Dictionary<string, string> { ["Red"] = "red" } });
        await DemandTheSameAsync(
            "cells.csv",
            Encoding.UTF8.GetBytes("x,colour,y\n" + string.Concat(rows)),
            async id => await lab.Get<Datasets>().ReadAgainAsync(id, reading, (await lab.Get<Datasets>().OpenAsync(id)).Row.Schema),
            schema => schema.WithTarget("y", TaskKind.Regression)
        );
    }

    async Task DemandTheSameAsync(string name, byte[] file, Func<Guid, Task<Dataset>> read, Func<Schema, Schema> mean)
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, name), file);
        using var content = new MemoryStream(file);
        var added = await lab.Get<Datasets>().AddAsync(content, name);
        var again = await read(added.Row.Id);
        var dataset = await lab.Get<Datasets>().ConfirmAsync(added.Row.Id, "mine", mean(again.Row.Schema));
        var task = dataset.Row.Schema.Task;
        var draft = RunDraft.Default(dataset) with
        {
            Settings = LiftSettings.Default(task) with
            {
                Recipe = FineTunePresets.QuickLook(task) with { Members = 1, MinimumSteps = 12, MaximumSteps = 12 },
            },
            Baselines = ["knn", task == TaskKind.Classification ? "majority" : "mean"],
            SplitSeed = 3,
            Seed = 4,
        };
        var here = lab.Get<LabRuns>().Folder(await lab.Get<LabRuns>().StartAsync(draft.ToRequest()));
        await lab.UntilAsync(here, RunState.Succeeded);
        await ShellAsync(draft.CommandLine(name));
        var there = RunFolder.Open(Directory.EnumerateDirectories(Path.Combine(folder, "out")).Single());

        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(here.Path, "predictions.csv")),
            await File.ReadAllTextAsync(Path.Combine(there.Path, "predictions.csv"))
        );
        var (one, other) = (here.ReadReport()!, there.ReadReport()!);
        Assert.Equal((one.Task, one.Rows, one.Name), (other.Task, other.Rows, other.Name));
        foreach (var (a, b) in Learners(one).Zip(Learners(other)))
        {
            Assert.Equal((a.Learner, a.Failure), (b.Learner, b.Failure));
            Assert.Equal(a.Scores, b.Scores);
            Assert.Equal(WithoutTimes(a.Settings), WithoutTimes(b.Settings));
            Assert.Equal(a.Boundary?.Values, b.Boundary?.Values);
        }
        Assert.Equal(Learners(one).Count, Learners(other).Count);
    }

    static string? WithoutTimes(JsonObject? settings) => settings is null ? null : Times().Replace(settings.ToJsonString(), "");

    [GeneratedRegex("\"\\w*([sS]econds|PerSecond)\":[0-9.eE+-]+,?")]
    private static partial Regex Times();

    static List<LearnerResult> Learners(RunReport report) => [report.Learner, .. report.Baselines];

    /// <summary>Runs what was copied; "dotnet run … --" is the engine that is tested.</summary>
    async Task ShellAsync(string copied)
    {
        var engine = Path.Combine(AppContext.BaseDirectory, "LiftLab.Engine.dll");
        var start = new ProcessStartInfo(
            "bash",
            ["-c", $"dotnet() {{ while [ \"$1\" != -- ]; do shift; done; shift; command dotnet '{engine}' \"$@\" --out out; }}\n{copied}"]
        )
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var shell = Process.Start(start)!;
        var (said, wrong) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, await wrong + await said);
    }
}
