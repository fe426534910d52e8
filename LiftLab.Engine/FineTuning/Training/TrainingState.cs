namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Position of a training run. Together with the tensors of a checkpoint it is all that is needed to resume with identical results.
/// </summary>
sealed record TrainingState
{
    public int Step { get; set; }
    public Validation? Best { get; set; }
    public double? BestEpoch { get; set; }

    /// <summary>Number of validations since the best one.</summary>
    public int WithoutGain { get; set; }
    public int? ValidatedAt { get; set; }

    /// <summary>Early stopping has ended the training.</summary>
    public bool Stopped { get; set; }

    /// <summary>Planned steps; 0 in checkpoints from before this was stored.</summary>
    public int Steps { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public int SavedAt { get; set; }

    /// <summary>Tokens of this attempt.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Tokens { get; set; }
}
