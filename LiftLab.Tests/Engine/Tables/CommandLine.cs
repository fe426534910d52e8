using LiftLab.Engine.Commands;

namespace LiftLab.Tests.Engine.Tables;

/// <summary>Runs the command line in this process.</summary>
static class CommandLine
{
    public static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(),
            error = new();
        var exit = await LiftLabCommand.Create().Parse(arguments).InvokeAsync(new() { Output = output, Error = error });
        return (exit, output.ToString(), error.ToString());
    }
}
