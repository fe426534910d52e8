using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Pretraining;

namespace LiftLab.Engine.Commands.Models;

/// <summary><c>pretrain recipe.json --out FOLDER [--resume]</c></summary>
static class PretrainCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe") { Description = "A JSON file with the recipe: size, start and curriculum." };
        var folder = new Option<string>("--out") { Description = "The folder for the model.", Required = true };
        var resume = new Option<bool>("--resume") { Description = "Continues from the newest checkpoint in the folder." };
        var command = new Command("pretrain", "Pretrains a base model on synthetic tables.") { recipe, folder, resume };
        command.SetAction((parsed, cancel) => DoAsync(parsed.GetValue(recipe)!, parsed.GetValue(folder)!, parsed.GetValue(resume), cancel));
        return command;
    }

    static async Task<int> DoAsync(string recipe, string folder, bool resume, CancellationToken cancel)
    {
        try
        {
            var outcome = await new Pretrainer(
                PretrainRecipe.Parse(await File.ReadAllTextAsync(recipe, cancel)),
                TimeProvider.System
            ).RunAsync(folder, resume, new Lines(), cancel);
            Console.Error.WriteLine(
                outcome is null
                    ? $"The model is in {folder}, with its initial weights."
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"The model is in {folder}: {outcome.Steps} steps, {outcome.Tokens:n0} tokens in this attempt, {outcome.TokensPerSecond:n0} tokens/s, validation loss {outcome.Best?.Loss:f4}."
                    )
            );
            return ExitCode.Done;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.WrongUsage;
        }
        catch (Exception e) when (e is LearningFailedException or ModelFolderException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.LearningFailed;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Cancelled; the newest checkpoint is kept. Add --resume to continue.");
            return ExitCode.Cancelled;
        }
    }

    sealed class Lines : IProgress<LearningEvent>
    {
        double sum;
        int count;

        public void Report(LearningEvent value)
        {
            switch (value)
            {
                case TrainingStep step:
                    (sum, count) = (sum + step.Loss, count + 1);
                    if (step.Step % 100 != 0)
                        break;
                    Console.Error.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"step {step.Step}/{step.Steps}  loss {sum / count:f4}  rate {step.LearningRate:g3}  {step.TokensPerSecond:n0} tokens/s  {step.SecondsLeft / 60:f0} min left"
                        )
                    );
                    (sum, count) = (0, 0);
                    break;
                case PhaseEntered { Phase: "curriculum" } phase:
                    Console.Error.WriteLine(phase.Detail);
                    break;
                case Validated validated:
                    Console.Error.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"step {validated.Step}  validation loss {validated.Loss:f4}{(validated.Best ? "  best" : "")}"
                        )
                    );
                    break;
            }
        }
    }
}
