using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
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
            DefaultBoundary(dataset)
        );

    /// <summary>The same as another run, on its dataset.</summary>
    public static RunDraft Like(RunSpec spec, Dataset dataset)
    {
        var task = dataset.Row.Schema.Task;
        return new(
            dataset.Row,
            spec.Name,
            LiftSettings.Parse(spec.Learner.Settings?.DeepClone().AsObject(), task),
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

    /// <summary>
    /// The two numeric features that differ most between the classes, or go most with the number: the plane on which there is something to
    /// see.
    /// </summary>
    public static FeaturePair? DefaultBoundary(Dataset dataset)
    {
        var (table, schema) = (dataset.Table, dataset.Row.Schema);
        if (schema.Columns.All(c => c.Role != ColumnRole.Target))
            return null;
        var target = table[schema.Target.Name];
        string[] best =
        [
            .. BoundarySurface.Numeric(schema).OrderByDescending(name => Explained(table[name].Numbers, target, schema.Task)).Take(2),
        ];
        // in table order, as a reader expects them
        return best.Length < 2 ? null
            : table.Columns.ToList().FindIndex(c => c.Name == best[0]) < table.Columns.ToList().FindIndex(c => c.Name == best[1])
                ? new(best[0], best[1])
            : new(best[1], best[0]);
    }

    // Share of the feature's variance between classes (eta squared), or with the number (r squared).
    static double Explained(IReadOnlyList<double> x, Column target, TaskKind task)
    {
        int[] rows = [.. Enumerable.Range(0, x.Count).Where(i => double.IsFinite(x[i]) && !target.IsMissing(i)).Take(20_000)];
        if (rows.Length < 3)
            return 0;
        var mean = rows.Average(i => x[i]);
        var total = rows.Sum(i => (x[i] - mean) * (x[i] - mean));
        if (total <= 0)
            return 0;
        if (task == TaskKind.Classification)
            return rows.GroupBy(i => target.Cells[i]).Sum(g => g.Count() * Math.Pow(g.Average(i => x[i]) - mean, 2)) / total;
        var y = target.Numbers;
        rows = [.. rows.Where(i => double.IsFinite(y[i]))];
        if (rows.Length < 3)
            return 0;
        var my = rows.Average(i => y[i]);
        var with = rows.Sum(i => (x[i] - mean) * (y[i] - my));
        var around = rows.Sum(i => (y[i] - my) * (y[i] - my));
        return around <= 0 ? 0 : with * with / (total * around);
    }

    /// <summary>The command that does the same without the dashboard.</summary>
    public string CommandLine(string file)
    {
        var recipe = FineTunePresets.For(Dataset.Schema.Task).Any(p => p == Settings.Recipe) ? Settings.Recipe.Name : "recipe.json";
        var template = PromptPresets.For(Dataset.Schema.Task).Any(p => p == Settings.Template) ? Settings.Template.Name : "template.json";
        var all = BaselineList.For(Dataset.Schema.Task).Where(b => !b.NeedsFile).Select(b => b.Name).ToArray();
        string[] beside = [.. Baselines.Where(b => !LiftWays.Has(b))];
        var baselines =
            beside.Length == 0 ? "none"
            : beside.Length == all.Length ? "all"
            : string.Join(',', beside);
        var ways = string.Join(',', LiftWays.All.Where(w => w == LiftWays.FineTuned || Baselines.Contains(w.Learner)).Select(w => w.Word));
        return $"dotnet run -c Release --project LiftLab.Engine -- lift {Quoted(file)} --target {Quoted(Dataset.Schema.Target.Name)} --model {Quoted(Settings.Start ?? Settings.Model)} --template {template} --recipe {recipe} --ways {ways} --baselines {baselines} --seed {Seed}";
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
