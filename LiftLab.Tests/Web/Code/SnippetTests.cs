using System.Diagnostics;
using LiftLab.Tests.Web.Serving;
using LiftLab.Web.Pages.Code;

namespace LiftLab.Tests.Web.Code;

/// <summary>The programs of the page "Use this lab from code" run as they stand there.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class SnippetTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-snippet-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static Snippet Of(string language, string address = "http://127.0.0.1:1/v1") =>
        Snippet.All(address, "lift-mini").Single(s => s.Language == language);

    [Fact]
    public void Each_program_names_the_address_the_model_and_no_key()
    {
        Assert.Equal(["Python", "C#", "Node", "curl"], Snippet.All("x", "y").Select(s => s.Language));
        foreach (var snippet in Snippet.All("http://lab:5000/v1", "a-model"))
        {
            Assert.Contains("http://lab:5000/v1", snippet.Text, StringComparison.Ordinal);
            Assert.Contains("a-model", snippet.Text, StringComparison.Ordinal);
            Assert.Contains("LIFTLAB_KEY", snippet.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("$ADDRESS", snippet.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-", snippet.Text, StringComparison.Ordinal);
        }
    }

    [ProgramFact("python3")]
    public async Task The_Python_program_can_be_read() => await RunAsync("python3", ["-m", "py_compile", Write(Of("Python"))]);

    [ProgramFact("bash", "curl", "sed")]
    public async Task The_program_with_curl_trains_and_asks()
    {
        using var lab = await ServedAsync();
        var output = await RunAsync("bash", [Write(Of("curl", lab.Address.ToString()))]);
        Assert.Contains("succeeded", output, StringComparison.Ordinal);
        Assert.Contains("\"text\"", output, StringComparison.Ordinal);
    }

    [NodeFact]
    public async Task The_Node_program_trains_and_asks()
    {
        using var lab = await ServedAsync();
        Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), Path.Combine(NodeFactAttribute.Clients, "node_modules"));
        var output = await RunAsync("node", [Write(Of("Node", lab.Address.ToString()))]);
        Assert.Contains("succeeded", output, StringComparison.Ordinal);
        Assert.NotEmpty(output.TrimEnd().Split('\n')[^1].Trim());
    }

    /// <summary>The package is the one that LiftLab itself uses, so that nothing is downloaded.</summary>
    [ProgramFact("dotnet")]
    public async Task The_CSharp_program_trains_and_asks()
    {
        using var lab = await ServedAsync();
        var version = typeof(OpenAI.OpenAIClient).Assembly.GetName().Version!;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Quick.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="OpenAI" Version="[{version.Major}.{version.Minor}.{version.Build}]" />
              </ItemGroup>
            </Project>
            """
        );
        Write(Of("C#", lab.Address.ToString()));
        var output = await RunAsync("dotnet", ["run", "--project", "Quick.csproj"]);
        Assert.Contains("succeeded", output, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(output.TrimEnd().Split('\n')[^1].Trim());
    }

    async Task<ServedLab> ServedAsync()
    {
        var (train, _, _) = await TrainingTexts.IrisAsync();
        await File.WriteAllBytesAsync(Path.Combine(folder, "train.jsonl"), train);
        return new ServedLab();
    }

    string Write(Snippet snippet)
    {
        File.WriteAllText(Path.Combine(folder, snippet.File), snippet.Text + "\n");
        return snippet.File;
    }

    async Task<string> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            Environment = { ["LIFTLAB_KEY"] = ServedLab.Key, ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" },
        };
        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        return await output;
    }
}
