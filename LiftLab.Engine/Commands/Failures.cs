using LiftLab.Engine.Hub;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Commands;

/// <summary>Turns exceptions of a command into a message on standard error and an exit code.</summary>
static class Failures
{
    /// <param name="error">Receives the message; default: standard error.</param>
    public static async Task<int> Answer(Func<Task<int>> verb, TextWriter? error = null)
    {
        try
        {
            return await verb();
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (Code(e) is not null)
        {
            // .NET appends the name of a method's parameter, which means nothing to users of the command line.
            await (error ?? Console.Error).WriteLineAsync(
                e is ArgumentException { ParamName: { } name }
                    ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
                    : e.Message
            );
            return Code(e)!.Value;
        }
    }

    static int? Code(Exception e) =>
        e switch
        {
            ArgumentException => ExitCode.WrongUsage,
            HubException { Code: "name-impossible" or "several-versions" or "is-a-task" } => ExitCode.WrongUsage,
            HubException => ExitCode.ServiceRefused,
            ModelFolderException
            or TokenizerFileException
            or BadDataException
            or KeptModelException
            or FileNotFoundException
            or DirectoryNotFoundException
            or System.Text.Json.JsonException => ExitCode.BadData,
            LearningFailedException => ExitCode.LearningFailed,
            _ => null,
        };
}
