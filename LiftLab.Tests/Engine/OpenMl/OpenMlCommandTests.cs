using System.Text.Json.Nodes;
using LiftLab.Engine.Commands;
using LiftLab.Engine.OpenMl;
using LiftLab.Tests.Engine.Tables;

namespace LiftLab.Tests.Engine.OpenMl;

/// <summary>Datasets of OpenML on the command line. The commands read environment variables, which only this class sets.</summary>
public sealed class OpenMlCommandTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("openml-").FullName;
    TestOpenMl server = null!;

    public async Task InitializeAsync()
    {
        server = await TestOpenMl.StartAsync();
        Environment.SetEnvironmentVariable(OpenMlOptions.EndpointVariable, server.Address.AbsoluteUri);
        Environment.SetEnvironmentVariable(OpenMlCache.FolderVariable, folder);
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable(OpenMlOptions.EndpointVariable, null);
        Environment.SetEnvironmentVariable(OpenMlCache.FolderVariable, null);
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_dataset_is_downloaded_once_and_described()
    {
        server.AddIris();
        var (exit, output, error) = await CommandLine.RunAsync("profile", "openml:61");
        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("OpenML 61: iris, version 1, 60 rows, 5 columns, target 'class'", error, StringComparison.Ordinal);
        Assert.Contains("licence: CC0", error, StringComparison.Ordinal);
        Assert.Contains("citation: Fisher, 1936", error, StringComparison.Ordinal);
        Assert.Contains("as OpenML publishes it", error, StringComparison.Ordinal);
        Assert.StartsWith("iris: 60 rows, 5 columns", output, StringComparison.Ordinal);
        Assert.Contains("classification of 'class'", output, StringComparison.Ordinal);
        Assert.Contains("Licence: CC0", output, StringComparison.Ordinal);
        Assert.Contains("OpenML names it as the identifier of the rows", output, StringComparison.Ordinal);
        var asked = server.Requests.Count;
        (exit, output, error) = await CommandLine.RunAsync("profile", "openml:iris@1", "--json");
        Assert.Equal((ExitCode.Done, ""), (exit, error));
        Assert.Equal(asked, server.Requests.Count); // no network
        var json = JsonNode.Parse(output)!;
        Assert.Equal("CC0", (string?)json["source"]!["licence"]);
        Assert.Equal("class", (string?)json["target"]);
    }

    [Fact]
    public async Task Options_overrule_what_OpenML_says()
    {
        server.AddIris();
        var (exit, output, _) = await CommandLine.RunAsync(
            "profile",
            "openml:61",
            "--json",
            "--target",
            "sepal",
            "--include",
            "note",
            "--kind",
            "grade=integer"
        );
        Assert.Equal(ExitCode.Done, exit);
        var columns = JsonNode.Parse(output)!["schema"]!["columns"]!.AsArray().ToDictionary(c => (string)c!["name"]!, c => c!);
        Assert.Equal("feature", (string?)columns["note"]["role"]);
        Assert.Equal("ignored", (string?)columns["nr"]["role"]);
        Assert.Equal("integer", (string?)columns["grade"]["kind"]);
        Assert.Equal("target", (string?)columns["sepal"]["role"]);
    }

    [Fact]
    public async Task Without_network_a_copy_is_used_by_its_name()
    {
        server.AddIris();
        await CommandLine.RunAsync("profile", "openml:61");
        server.Instead = (503, "");
        var (exit, output, _) = await CommandLine.RunAsync("profile", "openml:61");
        Assert.Equal(ExitCode.Done, exit);
        Assert.StartsWith("iris: 60 rows", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_have_their_exit_codes()
    {
        server.AddIris();
        server.AddIris(969, 3);
        var (exit, output, error) = await CommandLine.RunAsync("profile", "openml:iris");
        Assert.Equal((ExitCode.WrongUsage, ""), (exit, output));
        Assert.Contains("iris@1 (id 61", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.ServiceRefused, (await CommandLine.RunAsync("profile", "openml:5")).Exit);
        Assert.Equal(ExitCode.WrongUsage, (await CommandLine.RunAsync("profile", "openml:")).Exit);
        Assert.Equal(ExitCode.ServiceRefused, (await CommandLine.RunAsync("prompts", "openml:61#parquet")).Exit);
    }

    [Fact]
    public async Task A_run_is_planned_on_a_dataset()
    {
        server.AddIris();
        var (exit, output, _) = await CommandLine.RunAsync("lift", "openml:iris", "--recipe", "quick", "--dry-run");
        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("iris", output, StringComparison.Ordinal);
    }
}
