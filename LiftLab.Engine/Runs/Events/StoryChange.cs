namespace LiftLab.Engine.Runs.Events;

/// <summary>What a batch of events changed in a <see cref="RunStory"/>, so that a page draws only that.</summary>
public sealed class StoryChange
{
    /// <summary>Indices of the points added to the loss curve, ascending; of no use where <see cref="Redraw"/> is true.</summary>
    public List<int> Steps { get; } = [];

    public bool Validated { get; set; }
    public bool Boundary { get; set; }
    public bool Results { get; set; }
    public bool Ended { get; set; }

    /// <summary>The curve was cut back to a checkpoint: it has to be drawn anew.</summary>
    public bool Redraw { get; set; }
}
