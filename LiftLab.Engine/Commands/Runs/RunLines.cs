using System.Globalization;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Engine.Commands.Runs;

/// <summary>The events of a run as lines of text: phases, at most one training line per second, and results as they arrive.</summary>
static class RunLines
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100),
        BetweenSteps = TimeSpan.FromSeconds(1);

    /// <summary>Writes lines until <paramref name="over"/> is cancelled and all events written before that are printed.</summary>
    public static async Task WriteAsync(RunFolder folder, TextWriter error, CancellationToken over)
    {
        var tail = new RunTail(folder);
        var told = DateTimeOffset.MinValue;
        var ending = false;
        while (true)
        {
            foreach (var e in tail.Read())
            {
                if (e.Body is TrainingStep && e.At - told < BetweenSteps)
                    continue;
                if (Line(e) is not { } line)
                    continue;
                if (e.Body is TrainingStep)
                    told = e.At;
                await error.WriteLineAsync(line);
            }
            if (ending)
                return;
            try
            {
                await Task.Delay(Look, over);
            }
            catch (OperationCanceledException)
            {
                ending = true;
            } // reads once more, for the last events
        }
    }

    static string? Line(RunEvent e) =>
        e.Body switch
        {
            PhaseEntered { Fraction: null } p when e.Source == "run" || LiftWays.Has(e.Source) =>
                $"{e.Source}: {p.Phase}{(p.Detail is null ? "" : $" ({p.Detail})")}",
            TrainingStep s => string.Create(
                CultureInfo.InvariantCulture,
                $"{e.Source}: step {s.Step}/{s.Steps}, epoch {s.Epoch:0.0}, loss {NumberWords.Of(s.Loss)}, {s.TokensPerSecond:0} tokens/s, {s.SecondsLeft:0} s left"
            ),
            Validated v => string.Create(
                CultureInfo.InvariantCulture,
                $"{e.Source}: epoch {v.Epoch:0.#}: validation loss {NumberWords.Of(v.Loss)}{(v.Value is { } value ? $", {v.Metric} {NumberWords.Of(value)}" : "")}{(v.Best ? ", best so far" : "")}"
            ),
            LearnerFinished { Result: { Failure: { } why } r } => $"{r.Learner}: failed: {why}",
            LearnerFinished { Result: { Scores: [var first, ..] } r } => string.Create(
                CultureInfo.InvariantCulture,
                $"{r.Learner}: {first.Metric} {NumberWords.Of(first.Value)} in {r.FitSeconds + r.PredictSeconds:0.00} s"
            ),
            Noted n => $"{e.Source}: {n.Text}",
            _ => null,
        };
}
