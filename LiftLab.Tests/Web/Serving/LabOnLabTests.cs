using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Tests.Web.Serving;

/// <summary>One LiftLab as the provider of another.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class LabOnLabTests
{
    const int Epochs = 30,
        Rows = 16,
        Seed = 5;

    /// <summary>The template of the built-in model, and the paper's: cells as tokens, and as text.</summary>
    [Theory]
    [InlineData("lift-mini")]
    [InlineData("paper")]
    public async Task A_fine_tune_on_another_lab_equals_the_fine_tune_at_home(string template)
    {
        using var lab = new ServedLab();
        Environment.SetEnvironmentVariable(ProviderKey.Variable("KEY", "otherlab"), ServedLab.Key);
        var (table, schema) = await BundledTables.Get("iris").ReadAsync();
        var task = new LearningTask(table, schema, SplitMaker.Make(table, schema, 0));
        var prompts = PromptPresets.Named(template, task.Kind);
        var folder = Directory.CreateTempSubdirectory("liftlab-away-").FullName;
        try
        {
            var away = new OpenAiSettings(new("otherlab", "liftlab", lab.Address.ToString()), "lift-mini", prompts)
            {
                Epochs = Epochs,
                BatchSize = Rows,
            };
            using var model = await new OpenAiLearner(away, new(folder), TimeProvider.System).FitAsync(task, Seed);
            var there = await model.PredictAsync(task.Table, task.Split.Test);
            Assert.Equal("Labels", (string?)model.Settings["chosen"]!["scoring"]);

            var recipe = new JobRecipe(Epochs, Rows, null).For("lift-mini");
            var own = new LiftSettings("lift-mini", prompts, recipe);
            using var home = await new LiftLearner(own, new(""), TimeProvider.System).FitAsync(task, Seed);
            var here = await home.PredictAsync(task.Table, task.Split.Test);

            // The lab that answers has no calibration of probabilities: it is taken out of those at home.
            var temperature = (double)home.Settings["chosen"]!["temperature"]!;
            Assert.Equal(here.Select(a => ((Prediction.Answered)a).Value), there.Select(a => ((Prediction.Answered)a).Value));
            foreach (var (a, b) in here.Zip(there))
            {
                double[] raw = [.. ((Prediction.Answered)a).Probabilities!.Select(p => Math.Pow(p, temperature))];
                var sum = raw.Sum();
                foreach (var (p, q) in raw.Zip(((Prediction.Answered)b).Probabilities!))
                    Assert.Equal(p / sum, q, 1e-4);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
