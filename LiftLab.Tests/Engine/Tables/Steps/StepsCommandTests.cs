using System.Text.Json;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Tests.Engine.Tables.Steps;

/// <summary>Steps on the command line: the verb, the options of other verbs, and a list that fails on another file.</summary>
public sealed class StepsCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-steps-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string File(string name, string text)
    {
        var path = Path.Combine(folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    const string Good = "age,town,kind\n30,Rome,a\n,rome,b\n30,Rome,a\n41,Oslo,b\n";

    string Steps() =>
        File("steps.json", StepFile.Text([new MergeAlike("town"), new FillMissing("age", FillWith.Median), new DropDuplicateRows()]));

    [Fact]
    public async Task A_table_is_changed_and_written()
    {
        var table = File("t.csv", Good);
        var (exit, output, error) = await CommandLine.RunAsync("steps", table, "--steps", Steps());
        Assert.Equal((0, "age,town,kind\n30,Rome,a\n30,Rome,b\n41,Oslo,b\n"), (exit, output));
        Assert.Contains("step 1: Merge the values of 'town' that look alike: 1 cell changes", error, StringComparison.Ordinal);
        Assert.Contains("step 3: Leave out rows that repeat an earlier row in all columns: 1 row goes", error, StringComparison.Ordinal);
        Assert.Equal(Good, await System.IO.File.ReadAllTextAsync(table));
        var book = Path.Combine(folder, "out.xlsx");
        (exit, output, _) = await CommandLine.RunAsync("steps", table, "--steps", Steps(), "--out", book, "--json");
        using var json = JsonDocument.Parse(output);
        Assert.Equal((0, 3), (exit, json.RootElement.GetProperty("rowCount").GetInt32()));
        Assert.Equal(1, json.RootElement.GetProperty("steps")[1].GetProperty("counts").GetProperty("filled").GetInt32());
        (exit, output, _) = await CommandLine.RunAsync("steps", book);
        Assert.Equal((0, "age,town,kind\n30,Rome,a\n30,Rome,b\n41,Oslo,b\n"), (exit, output));
    }

    [Fact]
    public async Task A_step_that_does_not_apply_can_be_left_out()
    {
        var table = File("new.csv", "years,town,kind\n30,Rome,a\n,rome,b\n30,Rome,a\n");
        var (exit, output, error) = await CommandLine.RunAsync("steps", table, "--steps", Steps());
        Assert.Equal((3, ""), (exit, output));
        Assert.Contains(
            "step 2: Fill the missing cells of 'age' with the median: does not apply: there is no column 'age'",
            error,
            StringComparison.Ordinal
        );
        Assert.Contains("step 3: Leave out rows that repeat", error, StringComparison.Ordinal);
        Assert.Contains("continue without step 2: --without-step 2", error, StringComparison.Ordinal);
        (exit, output, error) = await CommandLine.RunAsync("steps", table, "--steps", Steps(), "--without-step", "2");
        Assert.Equal((0, "years,town,kind\n30,Rome,a\n,Rome,b\n"), (exit, output));
        Assert.Contains("with the median: left out", error, StringComparison.Ordinal);
        (exit, _, error) = await CommandLine.RunAsync("steps", table, "--steps", Steps(), "--without-step", "4");
        Assert.Equal((2, true), (exit, error.Contains("no step 4", StringComparison.Ordinal)));
        (exit, _, error) = await CommandLine.RunAsync("steps", table, "--without-step", "0");
        Assert.Equal(2, exit);
    }

    [Fact]
    public async Task Other_verbs_take_steps_too()
    {
        var table = File("t.csv", Good);
        var (_, output, error) = await CommandLine.RunAsync(
            "profile",
            table,
            "--step",
            "{\"step\":\"drop-columns\",\"columns\":[\"town\"]}",
            "--json"
        );
        using var json = JsonDocument.Parse(output);
        Assert.Equal(2, json.RootElement.GetProperty("columns").GetArrayLength());
        Assert.Equal(1, json.RootElement.GetProperty("steps")[0].GetProperty("counts").GetProperty("columnsGone").GetInt32());
        Assert.Contains("step 1: Remove the column 'town'", error, StringComparison.Ordinal);
        (var exit, output, _) = await CommandLine.RunAsync(
            "prompts",
            table,
            "--step",
            "{\"step\":\"rename-column\",\"column\":\"age\",\"to\":\"years\"}",
            "--target",
            "kind",
            "--template",
            "names"
        );
        Assert.DoesNotContain("age", output, StringComparison.Ordinal);
        Assert.True(exit is 0 or 3);
        (exit, _, error) = await CommandLine.RunAsync("profile", table, "--step", "{\"step\":\"melt\"}");
        Assert.Equal((3, true), (exit, error.Contains("there is no step 'melt'", StringComparison.Ordinal)));
        (exit, _, error) = await CommandLine.RunAsync("profile", table, "--steps", Path.Combine(folder, "none.json"));
        Assert.Equal((3, true), (exit, error.Contains("does not exist", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_offered_step_is_an_option_that_mends_its_problem()
    {
        var table = File(
            "t.csv",
            "age,town,note,id,lead,kind\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 60)
                        .Select(i =>
                            $"{(i % 20 == 7 ? "" : 20 + i % 9)},{(i % 3 == 0 ? "Rome" : "rome ")},same,n{i},{(i % 9 == 1 ? "-999" : $"{i % 7}.5")},{(i < 56 ? "ab"[i % 2] : "cd"[i % 2])}\n"
                        )
                )
                + "20,Rome,same,n0,0.5,a\n"
        );
        var (_, output, _) = await CommandLine.RunAsync("profile", table, "--json");
        using var json = JsonDocument.Parse(output);
        var codes = new List<string>();
        foreach (var problem in json.RootElement.GetProperty("problems").EnumerateArray())
        foreach (var remedy in problem.TryGetProperty("remedies", out var list) ? list.EnumerateArray().ToArray() : [])
        {
            var code = problem.GetProperty("code").GetString()!;
            if (!remedy.TryGetProperty("step", out var step))
                continue;
            codes.Add(code);
            var (_, after, _) = await CommandLine.RunAsync("profile", table, "--step", step.GetRawText(), "--json");
            using var changed = JsonDocument.Parse(after);
            Assert.DoesNotContain(
                changed.RootElement.GetProperty("problems").EnumerateArray(),
                p => p.GetProperty("what").GetString() == problem.GetProperty("what").GetString()
            );
        }
        Assert.Contains("missing-cells", codes);
        Assert.Contains("duplicate-rows", codes);
        Assert.Contains("labels-alike", codes);
        Assert.Contains("may-be-missing", codes);
        Assert.Contains("constant-column", codes);
        Assert.Contains("small-class", codes);
    }
}
