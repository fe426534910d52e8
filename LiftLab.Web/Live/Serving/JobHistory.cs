using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live.Serving;

/// <summary>
/// The events of a job, from the log of its run. What was told once stays as it is and where it is: a step that is computed again after an
/// interruption is not told again, and a step is told with its validation, in one event.
/// </summary>
public sealed class JobHistory
{
    readonly ServedJob job;
    readonly string learner;
    readonly List<JobEvent> events = [];
    int lastStep;
    bool paused;
    (JobMetrics Metrics, RunEvent Event)? waiting;

    JobHistory(ServedJob job, string learner) => (this.job, this.learner) = (job, learner);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<JobEvent> Events => events;

    /// <summary>The metrics of every step.</summary>
    public IEnumerable<JobMetrics> Steps => events.Select(e => e.Metrics).OfType<JobMetrics>();

    public static JobHistory Of(ServedJob job, RunFolder folder)
    {
        var history = new JobHistory(job, folder.ReadSpec().Learner.Name);
        history.Say(job.Created, "0", $"Created fine-tuning job: {job.Id}");
        history.Say(job.Created, "00", "Files validated, moving job to queued state");
        foreach (var e in RunTail.All(folder))
            history.Apply(e);
        return history;
    }

    void Apply(RunEvent e)
    {
        if (e.Source != learner && e.Source != "run")
            return;
        switch (e.Body)
        {
            case TrainingStep step when step.Step > lastStep:
                Tell();
                lastStep = step.Step;
                waiting = (new(step.Step, step.Steps, step.Epoch, step.LearningRate, step.Loss), e);
                break;
            case Validated valid when waiting is var (metrics, of) && metrics.Step == valid.Step:
                waiting = (
                    metrics with
                    {
                        ValidLoss = valid.Loss,
                        Accuracy = valid.Metric == Metrics.Accuracy.Name ? valid.Value : null,
                    },
                    of
                );
                Tell();
                break;
            case AttemptStarted when paused:
                paused = false;
                Say(e, "Fine-tuning job resumed");
                break;
            case AttemptStarted { ResumedFromStep: null } when e.Attempt == 1:
                Say(e, "Fine-tuning job started");
                break;
            case AttemptStarted:
                Say(e, string.Create(CultureInfo.InvariantCulture, $"The job goes on (attempt {e.Attempt})"), "warn");
                break;
            case Noted note:
                Say(e, note.Text, note.IsWarning ? "warn" : "info");
                break;
            case LearnerFinished:
                Tell();
                Say(e, $"New fine-tuned model created: {job.FineTuned}");
                break;
            case RunEnded ended:
                // A paused run computes its last epoch's end again: the step stays waiting for its validation.
                paused = ended.State == RunState.Paused;
                if (!paused)
                    Tell();
                End(e, ended);
                break;
        }
    }

    void End(RunEvent e, RunEnded ended) =>
        Say(
            e,
            ended.State switch
            {
                RunState.Succeeded => "The job has successfully completed",
                RunState.Cancelled => "The job was cancelled",
                RunState.Paused => "The job was paused",
                _ => $"The job failed: {ended.What}. {ended.WhatToDo}",
            },
            ended.State is RunState.Failed or RunState.Interrupted ? "error" : "info"
        );

    /// <summary>Tells the step that waits for its validation.</summary>
    void Tell()
    {
        if (waiting is not var (m, e))
            return;
        waiting = null;
        var valid = m.ValidLoss is { } loss ? FormattableString.Invariant($", validation loss={loss:0.00}") : "";
        events.Add(
            new(
                IdOf(e.Sequence.ToString(CultureInfo.InvariantCulture)),
                e.At,
                "info",
                FormattableString.Invariant($"Step {m.Step}/{m.Steps}: training loss={m.TrainLoss:0.00}") + valid,
                m
            )
        );
    }

    void Say(RunEvent e, string message, string level = "info") =>
        Say(e.At, e.Sequence.ToString(CultureInfo.InvariantCulture), message, level);

    void Say(DateTimeOffset at, string id, string message, string level = "info") => events.Add(new(IdOf(id), at, level, message));

    string IdOf(string part) => $"ftevent-{job.Run}-{part}";
}
