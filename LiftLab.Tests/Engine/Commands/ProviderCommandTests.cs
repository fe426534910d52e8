using System.Text.Json.Nodes;
using LiftLab.Engine.Commands;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.OpenAi;

namespace LiftLab.Tests.Engine.Commands;

/// <summary><c>lift TABLE --model provider:NAME/MODEL</c>, and the same run again without a network.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ProviderCommandTests : IDisposable
{
    const string Name = "clitest";

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-provider-verb-").FullName;

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        foreach (var what in (string[])["ADDRESS", "KEY"])
            Environment.SetEnvironmentVariable(ProviderKey.Variable(what, Name), null);
    }

    static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(),
            error = new();
        var code = await LiftLabCommand.Create().Parse(arguments).InvokeAsync(new() { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>A report without what differs between two runs: ids, times, and whether answers were replayed.</summary>
    static string Settled(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        Clean(json);
        return json.ToJsonString();

        static void Clean(JsonNode? node)
        {
            if (node is JsonArray list)
                foreach (var item in list)
                    Clean(item);
            if (node is not JsonObject entries)
                return;
            foreach (var name in entries.Select(e => e.Key).ToArray())
                if (name is "runId" or "replay" || name.Contains("seconds", StringComparison.OrdinalIgnoreCase))
                    entries.Remove(name);
                else
                    Clean(entries[name]);
        }
    }

    [Fact]
    public async Task A_provider_is_named_on_the_command_line_and_its_run_is_replayed_without_a_network()
    {
        var (first, second) = (Path.Combine(folder, "runs"), Path.Combine(folder, "again"));
        var table = BundledTables.Get("iris").Path; // data/iris.csv
        string run;
        await using (var service = await TestProvider.StartAsync())
        {
            (service.LooksUntilDone, service.Accepts) = (1, TestProvider.Key);
            Environment.SetEnvironmentVariable(ProviderKey.Variable("ADDRESS", Name), service.Provider.Address);
            Environment.SetEnvironmentVariable(ProviderKey.Variable("KEY", Name), TestProvider.Key);
            var (code, output, error) = await RunAsync(
                "lift",
                table,
                "--model",
                $"provider:{Name}/tiny",
                "--rates",
                "0.1,0.2",
                "--baselines",
                "majority",
                "--out",
                first
            );
            Assert.True(code == ExitCode.Done, error);
            Assert.Equal(2, service.Jobs.Count);
            Assert.DoesNotContain(TestProvider.Key, output + error, StringComparison.Ordinal);
            run = Assert.Single(Directory.GetDirectories(first));
            foreach (var file in Directory.EnumerateFiles(run, "*", SearchOption.AllDirectories))
                Assert.DoesNotContain(TestProvider.Key, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        }

        // Neither service nor key: nothing can be sent.
        Environment.SetEnvironmentVariable(ProviderKey.Variable("ADDRESS", Name), null);
        Environment.SetEnvironmentVariable(ProviderKey.Variable("KEY", Name), null);
        var replayed = await RunAsync("lift", table, "--replay", run, "--baselines", "majority", "--out", second);
        Assert.True(replayed.Code == ExitCode.Done, replayed.Error);
        var again = Assert.Single(Directory.GetDirectories(second));
        Assert.Equal(File.ReadAllText(Path.Combine(run, "predictions.csv")), File.ReadAllText(Path.Combine(again, "predictions.csv")));
        Assert.Equal(Settled(RunFolder.Open(run).ReportFile), Settled(RunFolder.Open(again).ReportFile));
        Assert.False(File.Exists(Path.Combine(again, "checkpoints", OpenAiSettings.LearnerName, ExchangeLog.FileName)));
        Assert.False(File.Exists(RunFolder.Open(again).SpendingFile)); // a replay costs nothing
    }

    [Theory]
    [InlineData("provider:nowhere/tiny", "LIFTLAB_ADDRESS_NOWHERE")]
    [InlineData("provider:openai", "provider:NAME/MODEL")]
    [InlineData("provider:/tiny", "provider:NAME/MODEL")]
    public async Task A_provider_that_cannot_be_used_is_refused_in_words(string model, string words)
    {
        var (code, _, error) = await RunAsync("lift", "iris", "--model", model, "--out", folder);
        Assert.NotEqual(ExitCode.Done, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(folder));
    }
}
