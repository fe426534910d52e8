using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Studies;

/// <summary>The options of commands that run a study.</summary>
sealed class StudyOptions
{
    readonly Option<string?> target = new("--target") { Description = "The column to predict, in every table; default: guessed." };
    readonly Option<string?> task = new("--task") { Description = "What the target is: class or number; default: guessed." };
    readonly Option<string?> models = new("--models")
    {
        Description = "Learners by name, separated by commas, the subject first; default: those of the question.",
    };
    readonly Option<string?> kinds = new("--kinds")
    {
        Description =
            "Perturbations, separated by commas, each with a way if it has several (label-noise/pair); default: those of the question.",
    };
    readonly Option<string?> levels = new("--levels")
    {
        Description = "Levels, separated by commas, in the unit of the perturbation (10 is 10 %); default: those of the question.",
    };
    readonly Option<string?> seeds = new("--seeds") { Description = "Seeds, separated by commas; default: 0,1,2." };
    readonly Option<Protocol> protocol = new("--protocol")
    {
        Description = "clean (ours) or paper (its seeds for perturbations).",
        DefaultValueFactory = _ => Protocol.Clean,
    };
    readonly Option<string?> spec = new("--spec")
    {
        Description =
            "A file that the form of an experiment saved with JSON: how each table is read, learners with settings, kinds, levels, seeds.",
    };
    readonly Option<string?> outFolder = new("--out")
    {
        Description =
            "Folder for the study's folder, which keeps answers and figures; study FOLDER goes on with one that was stopped. If left out, it is deleted at the end.",
    };
    readonly Option<bool> json = new("--json") { Description = "Writes one JSON document to standard output." };

    public void AddTo(Command command)
    {
        task.AcceptOnlyFromAmong(TaskWord.Accepted);
        foreach (var option in (Option[])[.. Replaced, spec, outFolder, json])
            command.Options.Add(option);
    }

    /// <summary>The options that the file of --spec replaces.</summary>
    Option[] Replaced => [target, task, models, kinds, levels, seeds, protocol];

    /// <summary>The saved study that --spec names; null without it.</summary>
    /// <exception cref="ArgumentException">Another option says what the file says.</exception>
    /// <exception cref="BadDataException">The file cannot be read.</exception>
    public StudyFile? Saved(ParseResult parsed)
    {
        if (parsed.GetValue(spec) is not { } path)
            return null;
        return Replaced.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } other
            ? throw new ArgumentException($"{other.Name} cannot be given beside --spec, whose file says it")
            : StudyFile.Read(path);
    }

    public string? Target(ParseResult parsed) => parsed.GetValue(target);

    /// <summary>Null to guess it.</summary>
    public TaskKind? Task(ParseResult parsed) => parsed.GetValue(task) is { } word ? TaskWord.Read(word) : null;

    public string? Out(ParseResult parsed) => parsed.GetValue(outFolder);

    public bool Json(ParseResult parsed) => parsed.GetValue(json);

    /// <exception cref="ArgumentException">A name does not exist, or a text is not a number.</exception>
    public StudyChoice Choice(ParseResult parsed, Experiment experiment) =>
        new(
            Names(parsed.GetValue(models))?.Select(n => new LearnerSpec(Engine.Find(n).Name)).ToArray(),
            Names(parsed.GetValue(kinds))?.Select(n => KindOf(n, experiment)).ToArray(),
            Names(parsed.GetValue(levels))
                ?.Select(t =>
                    double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var level)
                        ? level
                        : throw new ArgumentException($"--levels: '{t}' is not a number")
                )
                .ToArray(),
            Names(parsed.GetValue(seeds))
                ?.Select(t =>
                    int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                        ? seed
                        : throw new ArgumentException($"--seeds: '{t}' is not a whole number from 0 on")
                )
                .ToArray(),
            parsed.GetValue(protocol)
        );

    static StudyKind KindOf(string name, Experiment experiment)
    {
        var parts = name.Split('/', 2);
        var known = experiment.Kinds.FirstOrDefault(k => k.Kind == parts[0]);
        return new(
            parts[0],
            parts.Length > 1 ? parts[1] : null,
            known?.Levels ?? Perturbations.PerturbationList.Find(parts[0]).Axis.Levels
        );
    }

    static string[]? Names(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
