using System.CommandLine;
using System.Text.Json;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using Command = System.CommandLine.Command;

namespace LiftLab.Engine.Commands.Models;

/// <summary>
/// <c>loss FOLDER --file IDS.json</c>: prints loss and gradient norms for given ids, mask and labels, for comparison with other programs.
/// </summary>
static class LossCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("model folder") { Description = "A folder in Hugging Face layout." };
        var file = new Option<string>("--file")
        {
            Description =
                "JSON with input_ids, labels and, if rows are padded (on the left), attention_mask: lists of rows of equal length.",
            Required = true,
        };
        var json = JsonOutput.Option();
        var command = new Command("loss", "Prints the mean cross-entropy of the labelled tokens and the norm of every weight's gradient.")
        {
            folder,
            file,
            json,
        };
        command.SetAction(
            (parse, _) =>
                Failures.Answer(() =>
                    TorchThread.Run(
                        "loss",
                        () =>
                        {
                            using var model = ModelFolder.Load(parse.GetValue(folder)!, TorchRuntime.Pick());
                            var rows = Read(parse.GetValue(file)!, model.Config);
                            model.SetTrainable(true);
                            var batch = Batch.Of(rows, model.Device);
                            var loss = Objective.Mean(model, batch);
                            loss.backward();
                            var norms = model.Weights.ToDictionary(w => w.Name, w => (double)w.Value.grad!.norm().item<float>());
                            return JsonOutput.Write(
                                parse.GetValue(json),
                                new
                                {
                                    loss = (double)loss.item<float>(),
                                    labels = batch.TargetCount,
                                    gradientNorms = norms,
                                }
                            );
                        }
                    )
                )
        );
        return command;
    }

    static TrainingRow[] Read(string path, ModelConfig config)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        long[][] ids = Matrix(document, "input_ids") ?? throw new ArgumentException($"{path} has no 'input_ids'");
        long[][] labels = Matrix(document, "labels") ?? throw new ArgumentException($"{path} has no 'labels'");
        var mask = Matrix(document, "attention_mask") ?? [.. ids.Select(r => r.Select(_ => 1L).ToArray())];
        if (ids.Length != labels.Length || ids.Length != mask.Length)
            throw new ArgumentException("input_ids, labels and attention_mask have different numbers of rows");
        return
        [
            .. ids.Select(
                (row, r) =>
                {
                    InputCheck.Check(config, row, mask[r]);
                    if (labels[r].Length != row.Length)
                        throw new ArgumentException($"row {r + 1} has {row.Length} ids and {labels[r].Length} labels");
                    if (labels[r].Any(l => l != TrainingRow.Unlabelled && (l < 0 || l >= config.VocabularySize)))
                        throw new ArgumentException(
                            $"row {r + 1} has a label outside the vocabulary; {TrainingRow.Unlabelled} marks no label"
                        );
                    var start = Array.IndexOf(mask[r], 1L);
                    if (start < 0)
                        throw new ArgumentException($"row {r + 1} is padding only");
                    return new TrainingRow([.. row[start..].Select(i => (int)i)], [.. labels[r][start..].Select(l => (int)l)]);
                }
            ),
        ];
    }

    static long[][]? Matrix(JsonDocument document, string name)
    {
        if (!document.RootElement.TryGetProperty(name, out var rows))
            return null;
        try
        {
            return [.. rows.EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetInt64()).ToArray())];
        }
        catch (InvalidOperationException)
        {
            throw new ArgumentException($"'{name}' must be a list of rows, each a list of whole numbers");
        }
    }
}
