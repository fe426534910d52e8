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

    /// <summary>For a stack: the state of each model. The steps are those of the stack.</summary>
    public IReadOnlyList<TrainingState>? Models { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public int SavedAt { get; set; }

    /// <summary>Tokens of this attempt.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Tokens { get; set; }

    /// <summary>Takes in a validation of this model.</summary>
    /// <param name="patience">Validations without improvement after which training stops; null for never.</param>
    /// <returns>Whether it is the best so far.</returns>
    public bool Take(Validation validation, TrainingMoment moment, int? patience)
    {
        ValidatedAt = moment.Step;
        if (Best is null || validation.Rank > Best.Rank)
        {
            (Best, BestEpoch, WithoutGain) = (validation, moment.Epoch, 0);
            return true;
        }
        if (patience is { } limit && ++WithoutGain >= limit)
            Stopped = true;
        return false;
    }
}
