using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>
/// Shows a fit while its stack trains: sampled answers and the decision boundary, both of its first member, as an ordinary model that is
/// copied from the stack.
/// </summary>
sealed class WatchedFit : IDisposable
{
    readonly ModelStack stack;
    readonly int first,
        members;
    readonly int[] rows;
    readonly IProgress<LearningEvent> progress;
    readonly PromptedModel shown;
    readonly LiftTraining display;
    readonly BoundaryWatch? boundary;
    readonly StackItem item;
    readonly string checkpoints;
    int copied = -1;

    /// <param name="first">The fit's first member in the stack.</param>
    /// <param name="rows">Validation rows.</param>
    public WatchedFit(
        ModelStack stack,
        int first,
        LanguageModel start,
        Tokenizer tokenizer,
        StackItem item,
        int[] rows,
        RunContext context,
        TimeProvider time
    )
    {
        (this.stack, this.first, members, this.rows, progress) = (stack, first, item.Recipe.Members, rows, item.Fit.Progress!);
        (this.item, checkpoints) = (item, context.CheckpointFolder);
        shown = new(stack.Take(first, start), tokenizer, item.Prompts, item.Recipe);
        display = new(item.Settings, item.Start, context, item.Task, item.Prompts, tokenizer, shown, time);
        boundary = context.Boundary is { } surface ? new(surface, time) : null;
    }

    /// <summary>Reports answers of the current model.</summary>
    public void Sample(TrainingMoment moment, CancellationToken cancel)
    {
        Refresh(moment);
        progress.Report(display.Sample(members * moment.Step, rows, cancel));
    }

    /// <summary>Reports the decision boundary of the current model, if it is time for one.</summary>
    public void Draw(TrainingMoment moment, CancellationToken cancel)
    {
        if (boundary is null)
            return;
        var counted = moment with { Step = members * moment.Step, Steps = members * moment.Steps };
        display.Draw(boundary, counted, progress, cancel, () => Refresh(moment));
    }

    /// <summary>Keeps the model of an epoch, where the settings ask for it.</summary>
    public void Keep(TrainingMoment moment)
    {
        if (item.Settings.KeptEpochs == 0 || checkpoints.Length == 0)
            return;
        Refresh(moment);
        display.Keep(moment with { Step = members * moment.Step });
    }

    void Refresh(TrainingMoment moment)
    {
        if (copied == moment.Step)
            return;
        stack.CopyTo(first, shown.Model);
        copied = moment.Step;
    }

    public void Dispose() => shown.Dispose();
}
