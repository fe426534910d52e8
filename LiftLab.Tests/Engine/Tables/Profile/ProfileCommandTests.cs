using System.Text.Json;
using LiftLab.Engine.Commands;

namespace LiftLab.Tests.Engine.Tables.Profile;

public sealed class ProfileCommandTests
{
    [Fact]
    public async Task A_bundled_table_is_profiled_by_name()
    {
        var (exit, output, error) = await CommandLine.RunAsync("profile", "iris");
        Assert.Equal((ExitCode.Done, ""), (exit, error));
        Assert.Contains("classification of 'species'", output, StringComparison.Ordinal);
        Assert.Contains("petal width (cm)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_one_document_with_schema_problems_and_columns()
    {
        var (exit, output, _) = await CommandLine.RunAsync("profile", "penguins", "--json");
        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(ExitCode.Done, exit);
        Assert.Equal(("species", 344), (json.GetProperty("target").GetString(), json.GetProperty("rows").GetInt32()));
        Assert.Equal(8, json.GetProperty("schema").GetProperty("columns").GetArrayLength());
        Assert.Equal("missing-cells", json.GetProperty("problems")[0].GetProperty("code").GetString());
        Assert.Equal("CC0 1.0", json.GetProperty("card").GetProperty("licence").GetString());
    }

    [Fact]
    public async Task Relations_are_added_where_they_are_asked_for()
    {
        var (_, plain, _) = await CommandLine.RunAsync("profile", "iris");
        var (exit, output, _) = await CommandLine.RunAsync("profile", "iris", "--relations");
        Assert.Equal(ExitCode.Done, exit);
        Assert.StartsWith(plain.Split("\n\n")[0], output, StringComparison.Ordinal);
        Assert.Matches(@"strongest first:\s+petal width \(cm\)\s+ε 0.94\s+petal length \(cm\)\s+ε 0.93", output);
        var (_, json, _) = await CommandLine.RunAsync("profile", "iris", "--relations", "--json");
        var head = JsonDocument.Parse(json).RootElement.GetProperty("heads")[0];
        Assert.Equal("rankShare", head.GetProperty("relation").GetProperty("measure").GetString());
        Assert.Equal(3, head.GetProperty("bars")[0].GetProperty("counts").GetArrayLength());
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_is_bad_data_in_words_and_in_json()
    {
        var (exit, output, error) = await CommandLine.RunAsync("profile", "no-such-table.csv", "--json");
        Assert.Equal(ExitCode.BadData, exit);
        Assert.Equal("no-such-file", JsonDocument.Parse(output).RootElement.GetProperty("problems")[0].GetProperty("code").GetString());
        Assert.Contains("no-such-table.csv", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_with_errors_is_shown_and_is_bad_data()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
        await File.WriteAllTextAsync(path, "a,class\n1,x\n2,x\n3,y\n");
        try
        {
            var (exit, output, _) = await CommandLine.RunAsync("profile", path);
            Assert.Equal(ExitCode.BadData, exit);
            Assert.Contains("error too-few-rows", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
