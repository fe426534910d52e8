using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Pages.Experiments;

/// <summary>A study as a person puts it together, before it starts. What cannot be started is kept as it is and named in
/// <see cref="Faults"/>.</summary>
/// <param name="Learners">The first is the subject.</param>
/// <param name="Seeds">As typed, separated by commas.</param>
/// <param name="Name">Empty for a name made of the question and the tables.</param>
public sealed record StudyDraft(
    Experiment Experiment,
    IReadOnlyList<DatasetRow> Tables,
    IReadOnlyList<LearnerSpec> Learners,
    IReadOnlyList<StudyKind> Kinds,
    string Seeds,
    Protocol Protocol,
    string Name
)
{
    public const string DefaultSeeds = "0, 1, 2";

    /// <param name="like">A run whose learners and settings are the defaults; null for the question's.</param>
    /// <exception cref="ArgumentException">The address names something that does not exist.</exception>
    public static StudyDraft Of(StudyAddress address, Experiment experiment, IReadOnlyList<DatasetRow> tables, RunSpec? like)
    {
        TaskKind[] tasks = [.. tables.Select(t => t.Schema.Task).Distinct()];
        LearnerSpec[] known = like is null ? [] : [like.Learner, .. like.Baselines];
        LearnerSpec Spec(string name) => known.FirstOrDefault(l => l.Name == name) ?? Standard(name, address.Recipe);
        var usual = StudyMaker.Learners(experiment, tasks, LiftLab.Engine.Engine.Find);
        return new(
            experiment,
            tables,
            address.Learners is { } names ? [.. StudyAddress.List(names).Distinct().Where(n => IsKnown(n, known)).Select(Spec)]
                : known.Length > 0 && experiment.Learners.Count > 1 ? known
                : [.. usual.Select(l => Spec(l.Name))],
            address.Kinds is { } kinds ? [.. StudyAddress.ReadKinds(kinds).Select(Known)] : StudyMaker.Kinds(experiment, tasks),
            address.Seeds ?? DefaultSeeds,
            Enum.TryParse<Protocol>(address.Protocol, ignoreCase: true, out var protocol) ? protocol : Protocol.Clean,
            address.Name ?? ""
        );
    }

    /// <summary>A provider's model needs the settings of a run; without them it takes no part.</summary>
    static bool IsKnown(string name, LearnerSpec[] known) =>
        known.Any(k => k.Name == name) || !LiftLab.Engine.Engine.Learners.Any(l => l.Name == name && l.NeedsSettings);

    static LearnerSpec Standard(string name, string? recipe) =>
        name == LiftSettings.LearnerName && recipe is not null
            ? new(name, new() { ["recipe"] = FineTunePresets.Named(recipe, TaskKind.Classification).Name })
            : new(LiftLab.Engine.Engine.Find(name).Name);

    static StudyKind Known(StudyKind kind)
    {
        _ = PerturbationList.Find(kind.Kind);
        return kind;
    }

    /// <summary>Why <see cref="Seeds"/> cannot be used; null where it can.</summary>
    public string? SeedFault
    {
        get
        {
            var texts = StudyAddress.List(Seeds);
            if (texts.Length == 0)
                return "Give at least one seed.";
            if (texts.FirstOrDefault(t => !int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } wrong)
                return $"“{wrong}” is not a whole number from 0 on.";
            return texts.Select(int.Parse).Distinct().Count() < texts.Length ? "A seed is named twice." : null;
        }
    }

    /// <summary>Everything that prevents the start, as sentences.</summary>
    public IReadOnlyList<string> Faults =>
        [
            .. Tables.Count == 0 ? (string[])["Choose a table."] : [],
            .. Learners.Count == 0 ? (string[])["Choose a learner."] : [],
            .. Kinds.Count == 0 && Experiment.Kinds.Count > 0 ? (string[])["Choose a kind."] : [],
            .. Kinds.Where(k => k.Levels.Count == 0).Select(k => $"{k.Title}: add a level."),
            .. from kind in Kinds
            from level in kind.Levels
            let fault = PerturbationList.Find(kind.Kind).Axis.Fault(level)
            where fault is not null
            select $"{kind.Title}: {fault}.",
            .. SeedFault is { } seeds ? (string[])[$"Seeds: {seeds}"] : [],
        ];

    IReadOnlyList<int> SeedList => [.. StudyAddress.List(Seeds).Select(t => int.Parse(t, CultureInfo.InvariantCulture))];

    /// <summary>Only without <see cref="Faults"/>.</summary>
    public NewStudy ToRequest() =>
        new(
            Experiment.Name,
            [.. Tables.Select(t => t.Id)],
            Learners,
            Experiment.Kinds.Count == 0 ? null : Kinds,
            null,
            SeedList,
            Protocol,
            Name
        );

    public StudyFile ToFile() =>
        new(
            string.IsNullOrWhiteSpace(Name) ? null : Name.Trim(),
            [
                .. Tables.Select(t => new StudyFileTable(
                    t.Name,
                    t.Schema,
                    t.Sheet is null ? t.Reading : (t.Reading ?? new()) with { Sheet = t.Sheet },
                    t.Steps.Active is { Count: > 0 } steps ? steps : null
                )),
            ],
            Learners,
            Experiment.Kinds.Count == 0 ? [] : Kinds,
            SeedList,
            Protocol
        );

    /// <summary>The whole draft as a file for <c>experiment run --spec</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(ToFile(), RunJson.Pretty);

    /// <summary>
    /// The commands that do the same without the dashboard: they write <see cref="ToFile"/> beside the tables and run it. A bundled table
    /// is named, an uploaded one is expected under its file name.
    /// </summary>
    public string CommandLine() =>
        $"cat > study.json <<'LIFTLAB'\n{ToJson()}\nLIFTLAB\n"
        + $"dotnet run -c Release --project LiftLab.Engine -- experiment run {Experiment.Name} --tables "
        + $"{string.Join(' ', Tables.Select(t => RunDraft.Quoted(t.Sample ?? t.FileName)))} --spec study.json";
}
