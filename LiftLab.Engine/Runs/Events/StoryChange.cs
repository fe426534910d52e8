namespace LiftLab.Engine.Runs.Events;

/// <summary>The changes that a batch of events made in a <see cref="RunStory"/>, so that a page redraws only those.</summary>
public sealed class StoryChange
{
    /// <summary>Indices of the points added to the loss curve, ascending; invalid if <see cref="Redraw"/> is true.</summary>
    public List<int> Steps { get; } = [];

    public bool Validated { get; set; }
    public bool Boundary { get; set; }
    public bool Results { get; set; }
    public bool Ended { get; set; }

    /// <summary>Whether the curve was cut back to a checkpoint and must be redrawn.</summary>
    public bool Redraw { get; set; }
}
