using System.Text.RegularExpressions;

namespace LiftLab.Tests.House;

public sealed class ReadmeTests
{
    static readonly string Text = Sources.Read("README.md");

    [Fact]
    public void Every_path_that_README_names_exists()
    {
        var named = Regex
            .Matches(Text, @"`((?:LiftLab\.|data|docs/|build/|benchmarks/|\.ci/)[\w./-]*)`")
            .Select(m => m.Groups[1].Value)
            .Distinct()
            .ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, p => Assert.True(Path.Exists(Path.Combine(Sources.Root, p)), $"README names {p}, which is not there"));
    }

    [Fact]
    public void Set_up_is_two_commands()
    {
        var start = Regex.Match(Text, @"## Start\n[\s\S]*?(?=\n## )").Value;
        var commands = Regex
            .Matches(start, @"```(?:bash|sh)\n([\s\S]*?)```")
            .SelectMany(m => m.Groups[1].Value.Split('\n'))
            .Where(l => l.Length > 0 && !l.StartsWith('#'))
            .ToArray();
        Assert.Equal(2, commands.Length);
        Assert.StartsWith("dotnet run", commands[0], StringComparison.Ordinal);
        Assert.StartsWith("dotnet test", commands[1], StringComparison.Ordinal);
    }
}
