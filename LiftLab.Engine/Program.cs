using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.Commands;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Engine;

/// <summary>The executable's door. Not named Program, so that tests can name the dashboard's.</summary>
static class EntryPoint
{
    static Task<int> Main(string[] args)
    {
        // A decimal comma in a prompt or a result is an error, also where a number is formatted without naming a culture.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        EngineLog.Open();
        var parse = LiftLabCommand.Create().Parse(args);
        if (LiftLabCommand.DeviceOf(parse) is { } device)
            DeviceChoice.Set(device);
        // a job that may be interrupted hears SIGTERM itself: it saves first
        var invocation = new InvocationConfiguration();
        if (EngineProgram.IsInterruptible)
            invocation.ProcessTerminationTimeout = null;
        return parse.InvokeAsync(invocation);
    }
}
