using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Lift;

/// <summary>The options of <c>lift</c> for a model that a provider trains and serves.</summary>
sealed class ProviderOptions
{
    /// <summary>The beginning of --model that names a provider: "provider:NAME/MODEL".</summary>
    const string Prefix = "provider:";

    readonly Option<string?> rates = new("--rates")
    {
        HelpName = "LIST",
        Description =
            "Learning rates in the provider's meaning, separated by commas: one job each, and the best on the validation rows is kept.",
    };
    readonly Option<bool> untrained = new("--no-training") { Description = "The provider's model answers as it is." };
    readonly Option<int?> examples = new("--examples") { Description = "Solved training rows before each question (with --no-training)." };
    readonly Option<decimal?> mostDollars = new("--most-dollars")
    {
        Description = "The run ends before it costs more US dollars than this, by the list of prices.",
    };
    readonly Option<string?> replay = new("--replay")
    {
        HelpName = "RUN",
        Description =
            "The folder of a finished run with a provider: its settings and kept answers are used, and nothing is sent. Replaces --model.",
    };

    public Option[] All => [rates, untrained, examples, mostDollars, replay];

    /// <summary>The provider's learner that the options describe; null where --model names no provider.</summary>
    /// <exception cref="ArgumentException">A value cannot be used, or an option belongs to local models.</exception>
    public LearnerSpec? Of(
        ParseResult parsed,
        TaskKind task,
        string? model,
        JsonNode? template,
        (int? Epochs, double? Rate, int? Batch) training,
        IEnumerable<Option> local
    )
    {
        if (parsed.GetValue(replay) is { } run)
            return Replayed(run, task);
        if (model?.StartsWith(Prefix, StringComparison.Ordinal) != true)
            return All.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } lonely
                ? throw new ArgumentException($"{lonely.Name} needs --model {Prefix}NAME/MODEL")
                : null;
        if (local.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } other)
            throw new ArgumentException($"{other.Name} belongs to models that train on this machine, not to a provider's model");
        var parts = model[Prefix.Length..].Split('/', 2);
        if (parts is not [{ Length: > 0 } name, { Length: > 0 } served])
            throw new ArgumentException(
                $"--model: write {Prefix}NAME/MODEL, for example {Prefix}openai/gpt-4o-mini-2024-07-18 or {Prefix}nebius/MODEL"
            );
        var json = new JsonObject { ["provider"] = name, ["model"] = served };
        if (template is not null)
            json["template"] = template.DeepClone();
        if (parsed.GetValue(untrained))
            json["trains"] = false;
        Put(json, "examples", parsed.GetValue(examples));
        Put(json, "epochs", training.Epochs);
        Put(json, "batchSize", training.Batch);
        Put(json, "mostDollars", parsed.GetValue(mostDollars));
        if (Rates(parsed.GetValue(rates), training.Rate) is { Length: > 0 } list)
            json["rates"] = new JsonArray([.. list.Select(r => (JsonNode)r)]);
        return OpenAiSettings.Parse(json, task).ToSpec();
    }

    static LearnerSpec Replayed(string run, TaskKind task)
    {
        var folder = Path.GetFullPath(run);
        if (!File.Exists(Path.Combine(folder, "spec.json")))
            throw new ArgumentException($"--replay: {run} is not a run folder");
        var spec = RunFolder.Open(folder).ReadSpec();
        return spec.Learner.Name == OpenAiSettings.LearnerName
            ? (OpenAiSettings.Of(spec.Learner, task) with { Replay = folder }).ToSpec()
            : throw new ArgumentException($"--replay: the run {run} trained {spec.Learner.Name} and used no provider");
    }

    static double[] Rates(string? list, double? one)
    {
        if (list is not null && one is not null)
            throw new ArgumentException("give --rate or --rates, not both");
        if (list is null)
            return one is { } rate ? [rate] : [];
        return
        [
            .. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(t =>
                    double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                        ? value
                        : throw new ArgumentException($"--rates: '{t}' is not a number")
                ),
        ];
    }

    static void Put<T>(JsonObject json, string name, T? value)
        where T : struct
    {
        if (value is { } given)
            json[name] = JsonValue.Create(given);
    }
}
