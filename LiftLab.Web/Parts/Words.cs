using System.Globalization;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Parts;

/// <summary>The phases and events of runs as sentences.</summary>
public static class Words
{
    /// <summary>A learner's title: "LIFT", "k-nearest neighbours".</summary>
    public static string Learner(string name) =>
        LiftWays.All.Append(LiftWays.Provider).FirstOrDefault(w => w.Learner == name)?.Title
        ?? BaselineList.All.FirstOrDefault(b => b.Name == name)?.Title
        ?? name;

    /// <summary>Names of a run's jobs side by side at a provider; null where there is one job, or none.</summary>
    public static IReadOnlyList<string>? Rates(RunSpec spec) =>
        spec.Learner.Name == OpenAiSettings.LearnerName
        && OpenAiSettings.Of(spec.Learner, spec.Schema.Task) is { Trains: true, Rates: { Count: > 1 } rates }
            ? [.. rates.Select(r => FormattableString.Invariant($"rate {r}"))]
            : null;

    /// <summary>A preset recipe by what it is for.</summary>
    public static string Recipe(string name) =>
        name switch
        {
            "quick" => "Quick look",
            "best" => "Best accuracy",
            "paper" => "Paper",
            "standard" => "Standard",
            _ => name,
        };

    /// <summary>A template with what it is: "my wording, version 2", "paper, a preset".</summary>
    public static string Template(PromptTemplate template) =>
        template.Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{template.Name}, version {version}")
        : PromptPresets.All.Where(p => p.Name == template.Name).ToArray() is not { Length: > 0 } presets ? $"{template.Name}, not saved"
        : presets.Any(p => p.Template == template with { WriteOut = [], SpacedMarks = false }) ? $"{template.Name}, a preset"
        : $"{template.Name}, a preset with changes";

    /// <summary>The current phase.</summary>
    public static string Phase(RunStory story) =>
        story.Phase switch
        {
            null => story.Started is null ? "Starting the worker" : "Starting",
            { Phase: "train" } when story.LastStep is { } s => string.Create(
                CultureInfo.InvariantCulture,
                $"Training, epoch {Math.Floor(s.Epoch) + 1:0}"
            ),
            { } phase => Phase(phase),
        };

    public static string Phase(PhaseEntered phase) =>
        phase.Phase switch
        {
            "upload" => "Uploading the rows",
            "queue" => "Waiting at the provider",
            "choose" => "Choosing the best rate on the validation rows",
            "load" => "Loading the base model",
            "tokenise" => "Writing the prompts and turning them into tokens",
            "train" => "Training, first step",
            "validate" => "Predicting the validation rows",
            "predict" => "Predicting the test rows",
            "boundary" => "Predicting the points of the figure",
            "save" => "Saving",
            "score" => "Scoring",
            "fit" => "Fitting",
            "" => "Working",
            var other => char.ToUpperInvariant(other[0]) + other[1..],
        } + (phase.Detail is { Length: > 0 } detail ? $", {detail}" : "");

    /// <summary>A line of a run's log, and whether it is a warning.</summary>
    public static (string Text, bool IsWarning) Line(RunEvent e) =>
        e.Body switch
        {
            AttemptStarted { ResumedFromStep: { } from } => ($"Attempt {e.Attempt} resumes from step {from}", false),
            AttemptStarted started => ($"Attempt {e.Attempt} started on {started.Device}, {started.Threads} threads", false),
            PhaseEntered phase => (Phase(phase), false),
            CheckpointSaved saved => ($"Checkpoint saved at step {saved.Step}", false),
            LearnerFinished { Result: { Failure: { } why } failed } => ($"{failed.Title} failed: {why}", true),
            LearnerFinished { Result: var result } => ($"{result.Title} is done", false),
            Noted note => (note.Text, note.IsWarning),
            RunEnded { What: null } ended => ($"Run {Display.State(ended.State)}", ended.State == RunState.Failed),
            RunEnded ended => ($"{ended.What}. {ended.WhatToDo}", ended.State == RunState.Failed),
            _ => ("", false),
        };
}
