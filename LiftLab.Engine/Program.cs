using LiftLab.Engine.Commands;

namespace LiftLab.Engine;

/// <summary>The executable's door. Not named Program, so that tests can name the dashboard's.</summary>
static class EntryPoint
{
    static Task<int> Main(string[] args) => LiftLabCommand.Create().Parse(args).InvokeAsync();
}
