using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// <c>bench device</c>: compares the device with the processor on small models. The first thing to run on a new graphics card, driver or
/// libtorch.
/// </summary>
static class BenchDeviceCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("model folders")
        {
            Description = "Small models in Hugging Face layout; a small GPT-J with random weights if left out.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var json = JsonOutput.Option();
        var command = new Command("device", "Compares the device with the processor: logits, training, answers.") { folders, json };
        command.SetAction(
            (parse, cancel) =>
                Failures.Answer(() =>
                    TorchThread.Run(
                        "bench",
                        () =>
                        {
                            var device = TorchRuntime.Pick();
                            var given = parse.GetValue(folders) ?? [];
                            using var made = given.Length == 0 ? new MadeModel() : null;
                            var checks = new List<DeviceCheck>();
                            foreach (var folder in made is null ? given : [made.Folder])
                            foreach (var check in new DeviceComparison(folder, device, cancel).Run())
                            {
                                checks.Add(check);
                                if (!parse.GetValue(json))
                                    Console.Out.WriteLine(Line(check));
                            }
                            if (parse.GetValue(json))
                                Console.Out.WriteLine(
                                    JsonSerializer.Serialize(
                                        new
                                        {
                                            device = device.ToString(),
                                            memory = DeviceMemory.Of(device),
                                            checks,
                                        },
                                        RunJson.Line
                                    )
                                );
                            return checks.All(c => c.Holds) ? ExitCode.Done : ExitCode.LearningFailed;
                        }
                    )
                )
        );
        return command;
    }

    static string Line(DeviceCheck check) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(check.Holds ? "equal" : check.Fault is null ? "OTHER" : "FAILS"), -6}{check.Model, -16}{check.What, -52}"
        )
        + (
            check.Fault
            ?? string.Create(
                CultureInfo.InvariantCulture,
                $"{check.Difference:0.0e+00} of at most {check.Limit:0.0e+00}, {check.Seconds:0.0} s"
            )
        );

    /// <summary>A small GPT-J with random weights in a temporary folder.</summary>
    sealed class MadeModel : IDisposable
    {
        readonly DirectoryInfo root = Directory.CreateTempSubdirectory("liftlab-device-");

        public MadeModel()
        {
            Folder = Path.Combine(root.FullName, "gptj-random");
            using var model = new LanguageModel(GptJ.Sized(vocabulary: 512, width: 64, layers: 3, heads: 4, rotary: 8, 256));
            new Initialisation().Apply(model, 1);
            ModelFolder.Save(model, Folder);
        }

        public string Folder { get; }

        public void Dispose() => root.Delete(recursive: true);
    }
}
