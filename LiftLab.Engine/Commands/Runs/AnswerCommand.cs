using System.CommandLine;
using System.Text;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Runs.Resident;

namespace LiftLab.Engine.Commands.Runs;

/// <summary>
/// <c>answer RUN</c>: the resident worker of a finished run. Keeps its models open and answers JSON lines on standard input until the input
/// ends. <c>answer MODEL</c> does so with one model, which continues texts.
/// </summary>
static class AnswerCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder")
        {
            Description = "A finished run; or a base model or fitted model, which continues texts only.",
        };
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
                    var path = parsed.GetValue(folder)!;
                    var models = TextModel.IsThere(path)
                        ? null
                        : await RunModels.OpenAsync(RunFolder.Open(path), Engine.Find, parsed.GetValue(refit), cancel);
                    var texts = models is null ? new TextDesk(Alone(path)) : new TextDesk(models.WriteAsync);
                    using var server = new ResidentServer(models, texts, input, output, TimeProvider.System);
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

    /// <summary>Opens the model with the first question.</summary>
    static Func<Func<IContinuesText, Task>, CancellationToken, Task> Alone(string path)
    {
        var opened = new Lazy<Task<IContinuesText>>(() => TextModel.OpenAsync(path));
        return async (question, _) => await question(await opened.Value);
    }
}
