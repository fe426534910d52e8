using System.Text.Json.Serialization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// What one learner of a run will do and what it needs, computed before anything is trained. Null: not known or not applicable.
/// </summary>
public record LearnerPlan(string Learner, string Title)
{
    /// <summary>Models that are trained and averaged.</summary>
    public int? Models { get; init; }

    /// <summary>Passes of each model over the training rows at most.</summary>
    public int? Passes { get; init; }

    /// <summary>Optimiser steps of all models together at most.</summary>
    public long? Steps { get; init; }

    /// <summary>Tokens that all steps train on, prompts and answers, padding not counted.</summary>
    public long? Tokens { get; init; }

    /// <summary>Wall seconds of training; null where no finished run has measured this learner's pace on this machine.</summary>
    public double? Seconds { get; init; }

    /// <summary>Settings of a grid that are fitted, one of which is kept.</summary>
    public int? SettingsTried { get; init; }

    public MemoryPlan? Memory { get; init; }

    /// <summary>US dollars that a paid provider asks; null for learners that compute on this machine.</summary>
    public decimal? Money { get; init; }

    /// <summary>What stands in the way (errors) or will make it worse (warnings). The run's plan lists them all.</summary>
    [JsonIgnore]
    public IReadOnlyList<Problem> Problems { get; init; } = [];
}

/// <summary>What a learner needs of the device's memory.</summary>
/// <param name="Need">Bytes, estimated: the peak of training or answering, whichever is higher.</param>
/// <param name="Device">Bytes that the device has.</param>
/// <param name="Fits">Whether the need leaves some of the device free.</param>
/// <param name="Words">The settings that the estimate is for ("LoRA on bfloat16 weights, layers recomputed").</param>
public sealed record MemoryPlan(long Need, long Device, bool OnCard, bool Fits, string Words);
