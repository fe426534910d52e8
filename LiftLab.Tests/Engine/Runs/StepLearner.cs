using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>
/// A learner for tests of what is around learning: takes a known number of steps of a known length, reports each, saves a
/// checkpoint every few, goes on from the last, and answers with the most frequent class. Settings: steps, milliseconds, every,
/// deaf (does not hear that it shall end), failAt, diskFullAt, heldAt (waits at the step until <see cref="Release"/>).
/// </summary>
sealed class StepLearner(JsonObject? settings, RunContext context) : ILearner
{
    public const string LearnerName = "steps";

    public static LearnerEntry Entry { get; } =
        new(LearnerName, "Steps", [TaskKind.Classification], (spec, _, context) => new StepLearner(spec.Settings, context))
        {
            Longer = (spec, _, _, epochs) =>
                spec with
                {
                    Settings = new(
                        spec.Settings!.Select(p =>
                            KeyValuePair.Create(
                                p.Key,
                                p.Key == "steps" ? p.Value!.GetValue<int>() + epochs * StepsPerEpoch : p.Value?.DeepClone()
                            )
                        )
                    ),
                },
        };

    const int StepsPerEpoch = 10;

    public static LearnerSpec Spec(int steps, int milliseconds, int every = 5, string? flag = null, int at = 0) =>
        new(
            LearnerName,
            new JsonObject
            {
                ["steps"] = steps,
                ["milliseconds"] = milliseconds,
                ["every"] = every,
                [flag ?? "deaf"] = flag is null ? 0 : at,
            }
        );

    /// <summary>
    /// As <see cref="Spec"/>, and the run stays at the step until <see cref="Release"/>, so that it cannot end before a test has done what
    /// it does meanwhile.
    /// </summary>
    public static LearnerSpec Held(int steps, int at, int milliseconds = 5) => Spec(steps, milliseconds, flag: "heldAt", at: at);

    /// <summary>Lets a run of <see cref="Held"/> go on, also in later attempts.</summary>
    public static void Release(RunFolder run)
    {
        Directory.CreateDirectory(run.CheckpointFolder(LearnerName));
        File.WriteAllText(Path.Combine(run.CheckpointFolder(LearnerName), Released), "");
    }

    const string Released = "released";

    string ReleaseFile => Path.Combine(context.CheckpointFolder, Released);

    public string Name => LearnerName;

    string Checkpoint => Path.Combine(context.CheckpointFolder, "step.txt");

    int Setting(string name) => settings?[name]?.GetValue<int>() ?? 0;

    /// <summary>The loss that any attempt must report for a step.</summary>
    public static double Loss(int step) => 1.0 / step;

    public async Task<IPredictor> FitAsync(
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress = null,
        CancellationToken cancel = default
    )
    {
        var (steps, every) = (Setting("steps"), Setting("every"));
        var done = File.Exists(Checkpoint) ? int.Parse(File.ReadAllText(Checkpoint), CultureInfo.InvariantCulture) : 0;
        for (var step = done + 1; step <= steps && !context.StopTraining.IsCancellationRequested; step++)
        {
            await Task.Delay(Setting("milliseconds"), Setting("deaf") == step ? CancellationToken.None : cancel);
            if (Setting("deaf") == step)
                await Task.Delay(TimeSpan.FromMinutes(1), CancellationToken.None);
            while (Setting("heldAt") == step && !File.Exists(ReleaseFile) && !context.StopTraining.IsCancellationRequested)
                await Task.Delay(20, cancel);
            if (Setting("failAt") == step)
                throw new LearningFailedException("loss-not-finite", "The loss became NaN", "Lower the learning rate.");
            if (Setting("abortAt") == step)
                Environment.FailFast("as native code does");
            progress?.Report(new TrainingStep(step, steps, step / 10.0, Loss(step), 1e-3, 1000, 0));
            if (step % every != 0)
                continue;
            RunFolder.WriteWhole(
                Checkpoint,
                stream => stream.Write(System.Text.Encoding.ASCII.GetBytes(step.ToString(CultureInfo.InvariantCulture)))
            );
            progress?.Report(new CheckpointSaved(step, step / 10.0));
            progress?.Report(new Validated(step, step / 10.0, Loss(step), "accuracy", 0.5, true));
        }
        var most = task.Split.Train.GroupBy(r => task.Targets[r]).MaxBy(g => g.Count())!.Key;
        return new MostFrequent(most);
    }

    public async Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default) =>
        new MostFrequent(
            double.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "value.txt"), cancel), CultureInfo.InvariantCulture)
        );

    sealed class MostFrequent(double value) : IPredictor
    {
        public JsonObject Settings { get; } = [];

        public Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default) =>
            Task.FromResult<IReadOnlyList<Prediction>>([.. rows.Select(_ => new Prediction.Answered(value))]);

        public Task KeepAsync(string folder, CancellationToken cancel = default)
        {
            Directory.CreateDirectory(folder);
            return File.WriteAllTextAsync(Path.Combine(folder, "value.txt"), value.ToString("R", CultureInfo.InvariantCulture), cancel);
        }

        public void Dispose() { }
    }
}
