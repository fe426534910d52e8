using System.Text.Json;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;

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
    /// <summary>The model of a provider that replaces LIFT on this machine; null for none.</summary>
    public OpenAiSettings? Remote { get; init; }

    /// <summary>The run's main learner.</summary>
    public LearnerSpec Main => Remote?.ToSpec() ?? Settings.ToSpec();

    /// <summary>The template of the main learner.</summary>
    public PromptTemplate Template => Remote?.Template ?? Settings.Template;

    public RunDraft With(PromptTemplate template) =>
        Remote is null
            ? this with
            {
                Settings = Settings with { Template = template },
            }
            : this with
            {
                Remote = Remote with { Template = template },
            };

    /// <summary>The same draft on a provider's model. Learners that build on LIFT's own model are left out.</summary>
    public RunDraft At(OpenAiSettings remote) =>
        this with
        {
            Remote = remote,
            Baselines = [.. Baselines.Where(b => !LiftLab.Engine.Engine.Find(b).BuildsOnMain)],
        };

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
            LocalOf(spec.Learner, task),
            [.. spec.Baselines.Select(b => b.Name)],
            spec.Boundary,
            spec.SplitSeed,
            spec.Seed
        )
        {
            Remote = RemoteOf(spec.Learner, task),
        };
    }

    /// <summary>A draft that was kept, on its dataset as it is now.</summary>
    /// <exception cref="ArgumentException">A setting does not exist any more.</exception>
    public static RunDraft Kept(RunFile kept, Dataset dataset) =>
        new(
            dataset.Row,
            kept.Name,
            LocalOf(kept.Learner, dataset.Row.Schema.Task),
            [.. kept.Baselines.Select(b => b.Name)],
            kept.Boundary is { } pair && dataset.Table.Has(pair.X) && (pair.Y is null || dataset.Table.Has(pair.Y)) ? pair : null,
            kept.SplitSeed,
            kept.Seed
        )
        {
            Remote = RemoteOf(kept.Learner, dataset.Row.Schema.Task),
        };

    static LiftSettings LocalOf(LearnerSpec learner, TaskKind task) =>
        learner.Name == OpenAiSettings.LearnerName ? LiftSettings.Default(task) : LiftSettings.Of(learner, task);

    static OpenAiSettings? RemoteOf(LearnerSpec learner, TaskKind task) =>
        learner.Name == OpenAiSettings.LearnerName ? OpenAiSettings.Of(learner, task) : null;

    /// <summary>The same draft from the weights that a run ended with, by its recipe.</summary>
    public RunDraft From(FittedRun run) =>
        this with
        {
            Settings = run.Settings.Continued(run.Folder, run.Task, Dataset.Schema.Task),
            Remote = null,
        };

    public NewRun ToRequest() => new(Dataset.Id, Name, Main, [.. Baselines.Select(b => new LearnerSpec(b))], SplitSeed, Seed, Boundary);

    /// <summary>
    /// The commands that do the same without the dashboard: they write <see cref="ToFile"/> beside the table and run it, so that reading,
    /// schema, prompt, recipe and seeds are those of the draft.
    /// </summary>
    /// <param name="file">The table's file.</param>
    public string CommandLine(string file) =>
        $"cat > run.json <<'LIFTLAB'\n{ToJson()}\nLIFTLAB\ndotnet run -c Release --project LiftLab.Engine -- lift {Quoted(file)} --spec run.json";

    public RunFile ToFile() =>
        new(
            Name,
            Dataset.Schema,
            Dataset.Sheet is null ? Dataset.Reading : (Dataset.Reading ?? new()) with { Sheet = Dataset.Sheet },
            Main,
            [.. Baselines.Select(b => new LearnerSpec(b))],
            SplitSeed,
            Seed,
            Boundary
        )
        {
            Steps = Dataset.Steps.Active is { Count: > 0 } steps ? steps : null,
        };

    /// <summary>The whole draft as a file for <c>lift --spec</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(ToFile(), RunJson.Pretty);

    public static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':') && text.Length > 0
            ? text
            : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
