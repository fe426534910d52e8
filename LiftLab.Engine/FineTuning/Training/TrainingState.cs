namespace LiftLab.Engine.FineTuning.Training;

/// <summary>Where a training run is: with the tensors of a checkpoint, everything needed to go on as if nothing had happened.</summary>
sealed record TrainingState
{
    public int Step { get; set; }
    public Validation? Best { get; set; }
    public double? BestEpoch { get; set; }

    /// <summary>Validations since the best.</summary>
    public int WithoutGain { get; set; }
    public int? ValidatedAt { get; set; }
    public bool Stopped { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public int SavedAt { get; set; }

    /// <summary>Of this attempt.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Tokens { get; set; }
}
