using System.Text.Json;
using LiftLab.Engine.Commands;
using LiftLab.Engine.Experiments;

namespace LiftLab.Tests.Engine.Commands;

/// <summary>Studies from the command line.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ExperimentCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-verb-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(),
            error = new();
        var code = await LiftLabCommand.Create().Parse(arguments).InvokeAsync(new() { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task The_list_names_every_question()
    {
        var (code, text, _) = await RunAsync("experiment", "list");
        Assert.Equal(ExitCode.Done, code);
        Assert.All(ExperimentList.All, e => Assert.Contains(e.Name, text, StringComparison.Ordinal));
        var (_, json, _) = await RunAsync("experiment", "list", "--json");
        using var document = JsonDocument.Parse(json);
        Assert.Equal(
            ExperimentList.All.Select(e => e.Name),
            document.RootElement.EnumerateArray().Select(e => e.GetProperty("name").GetString())
        );
    }

    [Theory]
    [InlineData("experiment", "list")]
    [InlineData("experiment", "run")]
    [InlineData("robustness")]
    [InlineData("study")]
    public async Task Every_verb_has_help(params string[] verb)
    {
        var (code, text, _) = await RunAsync([.. verb, "--help"]);
        Assert.Equal(0, code);
        Assert.Contains("Usage:", text, StringComparison.Ordinal);
        if (verb is ["experiment", "run"] or ["robustness"])
            foreach (
                var option in (string[])
                    ["--target", "--models", "--kinds", "--levels", "--seeds", "--protocol", "--spec", "--out", "--json"]
            )
                Assert.Contains(option, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "there is no experiment 'none'; the experiments are robustness", "experiment", "run", "none")]
    [InlineData(2, "there is no learner 'none'; there are lift", "robustness", "iris", "--models", "none")]
    [InlineData(2, "there is no perturbation 'none'; the perturbations are label-noise", "robustness", "iris", "--kinds", "none")]
    [InlineData(2, "no way 'sideways'; it has random, pair", "robustness", "iris", "--kinds", "label-noise/sideways")]
    [InlineData(2, "200 % is not between 0 % and 100 %", "robustness", "iris", "--kinds", "label-noise", "--levels", "200")]
    [InlineData(2, "--levels: 'many' is not a number", "robustness", "iris", "--levels", "many")]
    [InlineData(2, "--seeds: '-1' is not a whole number", "robustness", "iris", "--seeds=-1")]
    [InlineData(2, "at least one level", "robustness", "iris", "--kinds", "label-noise", "--levels", "0")]
    [InlineData(2, "seeds are different", "robustness", "iris", "--seeds", "1,1")]
    [InlineData(2, "has no kinds and no levels", "experiment", "run", "accuracy", "--levels", "5")]
    [InlineData(2, "no column 'none'", "robustness", "iris", "--target", "none")]
    [InlineData(3, "no-such-table.csv", "robustness", "no-such-table.csv")]
    [InlineData(3, "no file 'none.json'", "robustness", "iris", "--spec", "none.json")]
    [InlineData(2, "--seeds cannot be given beside --spec", "robustness", "iris", "--spec", "none.json", "--seeds", "1")]
    public async Task What_is_wrong_is_said_with_what_there_is(int expected, string words, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.Equal("", output);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task One_document_holds_figures_verdicts_and_cells_with_their_reasons()
    {
        string[] arguments =
        [
            .. (string[])["experiment", "run", "label-corruption", "--tables", "iris", "--models", "knn,majority"],
            .. (string[])["--kinds", "label-noise,lost-columns", "--levels", "0,20", "--seeds", "0", "--json"],
        ];
        var (code, output, error) = await RunAsync(arguments);
        Assert.True(code == ExitCode.Done, error);
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal(2, root.GetProperty("figures").GetArrayLength());
        Assert.Equal("label-corruption", root.GetProperty("study").GetProperty("experiment").GetString());
        var cells = root.GetProperty("cells").EnumerateArray().ToArray();
        Assert.Equal(8, cells.Length); // 20 of 4 columns cannot be lost
        Assert.All(cells, c => Assert.True(c.TryGetProperty("value", out _) != c.TryGetProperty("failure", out _)));
        Assert.Equal(2, cells.Count(c => c.TryGetProperty("failure", out _)));
        Assert.Contains("predictions", error, StringComparison.Ordinal);
        Assert.Contains("failed: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_of_which_no_cell_could_be_answered_ends_as_failed_learning()
    {
        var table = Path.Combine(folder, "numbers.csv");
        await File.WriteAllLinesAsync(table, Enumerable.Range(0, 60).Select(i => $"{i},{i * 7 % 13},{2.5 * i}").Prepend("a,b,y"));
        var (code, _, error) = await RunAsync(
            "experiment",
            "run",
            "label-corruption",
            "--tables",
            table,
            "--models",
            "majority",
            "--seeds",
            "0"
        );
        Assert.Equal(ExitCode.LearningFailed, code);
        Assert.Contains("failed: ", error, StringComparison.Ordinal);
    }
}
