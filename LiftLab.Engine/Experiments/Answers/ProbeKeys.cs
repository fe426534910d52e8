using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Experiments.Answers;

/// <summary>
/// Makes the keys of one table's probes. The parts that many probes share, schema and settings, are written once. Not thread-safe.
/// </summary>
/// <param name="find">Finds a learner by name.</param>
public sealed class ProbeKeys(Schema schema, Func<string, LearnerEntry> find)
{
    /// <summary>A part of the key's JSON with its canonical text.</summary>
    sealed record Part(JsonNode Node, string Text)
    {
        public static Part Of(JsonNode node) => new(node, CanonicalJson.Of(node));
    }

    readonly Part written = Part.Of(JsonSerializer.SerializeToNode(schema, RunJson.Line)!);
    readonly Dictionary<LearnerSpec, Part> learners = [];
    readonly Dictionary<PerturbationSpec, Part> changes = [];

    public ProbeKey Of(Probe probe)
    {
        var fit = probe.Fit;
        var (learner, training, test) = (LearnerOf(fit.Learner), ChangeOf(fit.Training), ChangeOf(probe.Test));
        // The names in the order of canonical JSON, which leaves out what is absent.
        var text = new StringBuilder("{\"learner\":").Append(learner.Text).Append(",\"schema\":").Append(written.Text);
        text.Append(",\"seed\":").Append(Number(fit.Seed)).Append(",\"splitSeed\":").Append(Number(fit.SplitSeed));
        text.Append(",\"table\":").Append(JsonValue.Create(fit.Table).ToJsonString());
        if (test is not null)
            text.Append(",\"test\":").Append(test.Text);
        if (training is not null)
            text.Append(",\"training\":").Append(training.Text);
        text.Append('}');
        return new(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))),
            () =>
                new()
                {
                    ["table"] = fit.Table,
                    ["schema"] = written.Node.DeepClone(),
                    ["splitSeed"] = fit.SplitSeed,
                    ["training"] = training?.Node.DeepClone(),
                    ["learner"] = learner.Node.DeepClone(),
                    ["seed"] = fit.Seed,
                    ["test"] = test?.Node.DeepClone(),
                }
        );
    }

    static string Number(int value) => JsonValue.Create(value).ToJsonString();

    Part LearnerOf(LearnerSpec spec)
    {
        if (learners.TryGetValue(spec, out var known))
            return known;
        var entry = find(spec.Name);
        return learners[spec] = Part.Of(
            new JsonObject
            {
                ["name"] = spec.Name,
                ["edition"] = entry.Edition,
                ["settings"] = entry.Complete(spec, schema.Task).DeepClone(),
            }
        );
    }

    Part? ChangeOf(PerturbationSpec? spec) =>
        spec is null ? null
        : changes.TryGetValue(spec, out var known) ? known
        : changes[spec] = Part.Of(JsonSerializer.SerializeToNode(spec, RunJson.Line)!);
}
