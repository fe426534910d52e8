using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Lift;

/// <summary><c>lift TABLE --dry-run</c>: prints the plan of a run as text or as one JSON document.</summary>
static class LiftDryRun
{
    /// <summary>The run folders of a dashboard that is started in this folder.</summary>
    static readonly string LabRuns = Path.Combine("lab", "runs");

    /// <param name="splits">Number of runs with this plan.</param>
    /// <param name="kept">Folder of earlier runs, from which time is estimated; null for none.</param>
    /// <returns>The exit code: <see cref="ExitCode.BadData"/> if the plan has errors.</returns>
    public static async Task<int> RunAsync(RunSpec spec, OpenedTable opened, int splits, string? kept, bool json, TextWriter output)
    {
        var plan = Engine.Plan(spec, opened.Table, [.. kept is null ? [] : RunPace.Newest(kept), .. RunPace.Newest(LabRuns)]);
        plan = plan with { Problems = [.. plan.Problems.Concat(opened.Reading.Problems).OrderByDescending(p => p.Severity)] };
        if (json)
            await output.WriteLineAsync(Document(plan, splits).ToJsonString(RunJson.Pretty));
        else
            Write(output, spec, plan, splits);
        return plan.CanStart ? ExitCode.Done : ExitCode.BadData;
    }

    /// <summary>The plan of one run as the API returns it, and <c>runs</c>: the number of runs that the command would start.</summary>
    static JsonObject Document(RunPlan plan, int splits)
    {
        var document = JsonSerializer.SerializeToNode(plan, RunJson.Line)!.AsObject();
        document["runs"] = splits;
        return document;
    }

    static void Write(TextWriter output, RunSpec spec, RunPlan plan, int splits)
    {
        void Line(string name, string value) => output.WriteLine($"{name, -10}{value}");
        output.WriteLine($"{spec.Name}: {spec.Schema.Target.Name} from {spec.Schema.Features.Count} features");
        if (splits > 1)
            Line("runs", Count(splits) + ", each as follows");
        if (plan.Rows is { } rows)
            Line("rows", $"{Count(rows.Train)} training, {Count(rows.Valid)} validation, {Count(rows.Test)} test");
        if (plan.Main is { Passes: { } passes, Models: { } models })
            Line("passes", Count(passes) + (models > 1 ? $" x {Count(models)} models" : ""));
        if (plan.Steps is { } steps)
            Line("steps", Count(steps));
        if (plan.Tokens is { } tokens)
            Line("tokens", Count(tokens));
        if (plan.CanStart)
            Line(
                "training",
                plan.Seconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"about {seconds:0.#} s") : RunPlan.NoEstimate
            );
        if (plan.Memory is { } memory)
            Line("memory", $"about {ByteWords.Of(memory.Need)} of {ByteWords.Of(memory.Device)}, {memory.Words}");
        if (plan.Money is { } money)
            Line("money", string.Create(CultureInfo.InvariantCulture, $"about {money:0.00} US dollars"));
        if (plan.Learners.Count > 1)
            Line("compared", string.Join(", ", plan.Learners.Skip(1).Select(Beside)));
        foreach (var problem in plan.Problems)
            Line(problem.Severity.ToString().ToLowerInvariant(), problem.ToString());
    }

    static string Beside(LearnerPlan learner) =>
        learner.SettingsTried > 1 ? $"{learner.Title} ({Count(learner.SettingsTried.Value)} settings)" : learner.Title;

    static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
