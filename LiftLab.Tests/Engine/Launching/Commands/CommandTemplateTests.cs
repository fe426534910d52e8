using LiftLab.Engine.Launching.Commands;

namespace LiftLab.Tests.Engine.Launching.Commands;

public sealed class CommandTemplateTests
{
    static readonly string[] Known = ["name", "folder", "command", "handles"];

    static readonly Dictionary<string, IReadOnlyList<string>> Values = new()
    {
        ["name"] = ["run-1.1"],
        ["folder"] = ["/lab/a b; rm -rf $HOME'"],
        ["command"] = ["/opt/lift lab/engine", "run", "/lab/a b"],
        ["handles"] = ["1", "2"],
    };

    static IReadOnlyList<string> Expand(string text, TemplateShell shell = TemplateShell.None) =>
        CommandTemplate.Parse(text, shell, Known, out _)!.Expand(Values);

    [Theory]
    [InlineData("submit -n {name} {folder}", "submit|-n|run-1.1|/lab/a b; rm -rf $HOME'")]
    [InlineData("submit --folder={folder}", "submit|--folder=/lab/a b; rm -rf $HOME'")]
    [InlineData("submit 'two words' \"{name} x\" ''", "submit|two words|run-1.1 x|")]
    [InlineData("submit {command}", "submit|/opt/lift lab/engine|run|/lab/a b")]
    [InlineData("look {handles}", "look|1|2")]
    [InlineData("kubectl -o jsonpath={.status.phase} ${name} {Name} {}", "kubectl|-o|jsonpath={.status.phase}|${name}|{Name}|{}")]
    public void A_value_is_never_divided_where_no_shell_reads_the_command(string text, string words) =>
        Assert.Equal(words.Split('|'), Expand(text));

    [Fact]
    public void For_a_shell_elsewhere_each_value_is_quoted()
    {
        Assert.Equal(
            ["ssh", "box", "cd", "'/lab/a b; rm -rf $HOME'\\'''", "&&", "'/opt/lift lab/engine'", "run", "'/lab/a b'"],
            Expand("ssh box cd {folder} && {command}", TemplateShell.There)
        );
        // the engine's command inside a word is one text for a shell
        Assert.Equal(["at", "-c", "nice '/opt/lift lab/engine' run '/lab/a b'"], Expand("at -c 'nice {command}'"));
    }

    [Fact]
    public async Task A_shell_here_reads_every_value_as_it_is()
    {
        var command = CommandTemplate
            .Parse("printf '%s|' {folder} {command}; echo $((1+1))", TemplateShell.Here, Known, out _)!
            .Expand(Values);
        var answer = await LiftLab.Engine.Launching.OutsideProgram.RunAsync(command, null, TimeSpan.FromMinutes(2), CancellationToken.None);
        Assert.Equal("/lab/a b; rm -rf $HOME'|/opt/lift lab/engine|run|/lab/a b|2\n", answer.Output);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("   ", "is empty")]
    [InlineData("{name} x", "begins with a placeholder")]
    [InlineData("submit 'x", "never closed")]
    [InlineData("submit {nmae}", "{nmae}")]
    public void What_is_wrong_with_a_template_is_said(string text, string words)
    {
        Assert.Null(CommandTemplate.Parse(text, TemplateShell.None, Known, out var fault));
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }
}
