using System.CommandLine;
using System.Text;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Runs.Resident;

namespace LiftLab.Engine.Commands;

/// <summary>
/// <c>answer RUN</c>: the resident worker of a finished run. Keeps its models open and answers JSON lines on standard input until the input
/// ends.
/// </summary>
static class AnswerCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run folder") { Description = "A finished run." };
        var refit = new Option<bool>("--refit") { Description = "Fit learners again whose kept models were deleted." };
        var command = new Command(
            "answer",
            "Keeps the models of a finished run open and answers questions about rows: JSON lines on standard input and output."
        )
        {
            folder,
            refit,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                // What libraries print must not come between the answers.
                var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = false };
                var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
                Console.SetOut(Console.Error);
                var code = await Failures.Answer(async () =>
                {
                    var models = await RunModels.OpenAsync(
                        RunFolder.Open(parsed.GetValue(folder)!),
                        Engine.Find,
                        parsed.GetValue(refit),
                        cancel
                    );
                    using var server = new ResidentServer(models, input, output, TimeProvider.System);
                    await server.RunAsync(cancel);
                    return ExitCode.Done;
                });
                // Exits at once: a model may still compute on a thread of its own.
                Environment.Exit(code);
                return code;
            }
        );
        return command;
    }
}
