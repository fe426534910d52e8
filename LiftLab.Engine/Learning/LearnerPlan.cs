using System.Text.Json.Serialization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// Plan of one learner of a run and the resources it needs, computed before training. Null: not known or not applicable.
/// </summary>
public record LearnerPlan(string Learner, string Title)
{
    /// <summary>Number of models that are trained and averaged.</summary>
    public int? Models { get; init; }

    /// <summary>Maximum number of epochs of each model.</summary>
    public int? Passes { get; init; }

    /// <summary>Maximum number of optimiser steps of all models together.</summary>
    public long? Steps { get; init; }

    /// <summary>Tokens processed by all steps, prompts and answers, padding not counted.</summary>
    public long? Tokens { get; init; }

    /// <summary>Wall-clock seconds of training; null where no finished run has measured this learner's speed on this machine.</summary>
    public double? Seconds { get; init; }

    /// <summary>Number of grid points that are fitted; the best one is kept.</summary>
    public int? SettingsTried { get; init; }

    public MemoryPlan? Memory { get; init; }

    /// <summary>Price of a paid provider in US dollars; null for learners that compute on this machine.</summary>
    public decimal? Money { get; init; }

    /// <summary>Errors prevent the learner from running; warnings do not. Not serialised here: the run's plan lists all problems.</summary>
    [JsonIgnore]
    public IReadOnlyList<Problem> Problems { get; init; } = [];
}

/// <summary>Device memory that a learner needs.</summary>
/// <param name="Need">Estimated peak in bytes: that of training or of prediction, whichever is higher.</param>
/// <param name="Device">Memory of the device in bytes.</param>
/// <param name="Fits">Whether the need fits into the device with a reserve.</param>
/// <param name="Words">The settings of the estimate, as text ("LoRA on bfloat16 weights, layers recomputed").</param>
public sealed record MemoryPlan(long Need, long Device, bool OnCard, bool Fits, string Words);
