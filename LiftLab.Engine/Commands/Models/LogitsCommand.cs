using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;
using Command = System.CommandLine.Command;

namespace LiftLab.Engine.Commands.Models;

/// <summary><c>logits FOLDER --ids 1,2,3</c>: prints next-token logits (T, V) in float32, for comparison with other programs.</summary>
static class LogitsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("model folder") { Description = "A folder in Hugging Face layout." };
        var ids = new Option<string>("--ids") { Description = "Token ids, separated by commas.", Required = true };
        var mask = new Option<string?>("--mask")
        {
            Description = "1 for each token and 0 for each padding position; padding must be on the left.",
        };
        var json = JsonOutput.Option();
        var command = new Command("logits", "Prints a model's next-token logits for given token ids.") { folder, ids, mask, json };
        command.SetAction(
            (parse, _) =>
                Failures.Answer(() =>
                    TorchThread.Run(
                        "logits",
                        () =>
                        {
                            var tokens = Read("--ids", parse.GetValue(ids)!);
                            var real = parse.GetValue(mask) is { } given ? Read("--mask", given) : null;
                            using var model = ModelFolder.Load(parse.GetValue(folder)!, TorchRuntime.Pick());
                            InputCheck.Check(model.Config, tokens, real);
                            using var frozen = no_grad();
                            var padded = real is not null && real.Contains(0);
                            var logits = model.Logits(
                                Upload.Of(tokens, [1, tokens.Length], model.Device),
                                padded ? Upload.Of(real!, [1, tokens.Length], model.Device) : null
                            )[0];
                            var (values, vocabulary) = (logits.contiguous().cpu().data<float>().ToArray(), model.Config.VocabularySize);
                            if (parse.GetValue(json))
                                return JsonOutput.Write(true, new { shape = logits.shape, logits = values.Chunk(vocabulary) });
                            foreach (var line in values.Chunk(vocabulary))
                                Console.Out.WriteLine(string.Join(' ', line.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
                            return ExitCode.Done;
                        }
                    )
                )
        );
        return command;
    }

    static long[] Read(string option, string text) =>
        [
            .. text.Split(',', StringSplitOptions.TrimEntries)
                .Select(part =>
                    long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                        ? id
                        : throw new ArgumentException($"{option}: '{part}' is not a whole number; separate numbers by commas")
                ),
        ];
}
