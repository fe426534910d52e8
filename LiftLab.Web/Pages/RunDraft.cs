using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Pages;

/// <summary>A run as a person puts it together, before it starts.</summary>
/// <param name="Baselines">Names of the learners beside the fine-tuned model: LIFT's other ways to predict, then classical ones.</param>
public sealed record RunDraft(
    DatasetRow Dataset,
    string Name,
    LiftSettings Settings,
    IReadOnlyList<string> Baselines,
    FeaturePair? Boundary,
    int SplitSeed = 0,
    int Seed = 0
)
{
    /// <summary>
    /// What one press of the button does: the built-in model's standard recipe beside LIFT's other ways to predict and every baseline that
    /// suits the task.
    /// </summary>
    public static RunDraft Default(Dataset dataset) =>
        new(
            dataset.Row,
            dataset.Row.Name,
            LiftSettings.Default(dataset.Row.Schema.Task),
            [
                .. LiftWays.Others.Select(w => w.Learner),
                .. BaselineList.For(dataset.Row.Schema.Task).Where(b => !b.NeedsFile).Select(b => b.Name),
            ],
            BoundaryChoice.Of(dataset.Table, dataset.Row.Schema)
        );

    /// <summary>The same as another run, on its dataset.</summary>
    public static RunDraft Like(RunSpec spec, Dataset dataset)
    {
        var task = dataset.Row.Schema.Task;
        return new(
            dataset.Row,
            spec.Name,
            LiftSettings.Of(spec.Learner, task),
            [.. spec.Baselines.Select(b => b.Name)],
            spec.Boundary,
            spec.SplitSeed,
            spec.Seed
        );
    }

    /// <summary>The same draft from the weights that a run ended with, by its recipe.</summary>
    public RunDraft From(FittedRun run) => this with { Settings = run.Settings.Continued(run.Folder, run.Task, Dataset.Schema.Task) };

    public NewRun ToRequest() =>
        new(Dataset.Id, Name, Settings.ToSpec(), [.. Baselines.Select(b => new LearnerSpec(b))], SplitSeed, Seed, Boundary);

    /// <summary>The command that does the same without the dashboard.</summary>
    public string CommandLine(string file)
    {
        var recipe = FineTunePresets.For(Dataset.Schema.Task).Any(p => p == Settings.Recipe) ? Settings.Recipe.Name : "recipe.json";
        var bare = Settings.Template with { WriteOut = [], SpacedMarks = false };
        var template = PromptPresets.For(Dataset.Schema.Task).Any(p => p == bare) ? bare.Name : "template.json";
        var written =
            template == bare.Name
                ? string.Concat(Settings.Template.WriteOut.Select(c => $" --write-out {Quoted(c)}"))
                    + (Settings.Template.SpacedMarks ? " --space-marks" : "")
                : "";
        var all = BaselineList.For(Dataset.Schema.Task).Where(b => !b.NeedsFile).Select(b => b.Name).ToArray();
        string[] beside = [.. Baselines.Where(b => !LiftWays.Has(b))];
        var baselines =
            beside.Length == 0 ? "none"
            : beside.Length == all.Length ? "all"
            : string.Join(',', beside);
        var ways = string.Join(',', LiftWays.All.Where(w => w == LiftWays.FineTuned || Baselines.Contains(w.Learner)).Select(w => w.Word));
        return $"dotnet run -c Release --project LiftLab.Engine -- lift {Quoted(file)} --target {Quoted(Dataset.Schema.Target.Name)}"
            + $" --task {TaskWord.Of(Dataset.Schema.Task)} --model {Quoted(Settings.Start ?? Settings.Model)}"
            + $" --template {template}{written} --recipe {recipe}"
            + string.Create(CultureInfo.InvariantCulture, $" --ways {ways} --baselines {baselines} --seed {Seed}");
    }

    /// <summary>The whole draft as a file.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["name"] = Name,
            ["learner"] = new JsonObject { ["name"] = LiftSettings.LearnerName, ["settings"] = Settings.ToJson() },
            ["baselines"] = new JsonArray([.. Baselines.Select(b => (JsonNode)new JsonObject { ["name"] = b })]),
            ["splitSeed"] = SplitSeed,
            ["seed"] = Seed,
            ["boundary"] = Boundary is null ? null : new JsonObject { ["x"] = Boundary.X, ["y"] = Boundary.Y },
        };

    static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':') && text.Length > 0
            ? text
            : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
