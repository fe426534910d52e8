namespace LiftLab.Web.Parts;

/// <summary>What a batch of events changed, so that a page draws only that.</summary>
public sealed class ProgressChange
{
    /// <summary>Indices of the points added to the loss curve.</summary>
    public List<int> Steps { get; } = [];

    public bool Validated { get; set; }
    public bool Boundary { get; set; }
    public bool Results { get; set; }
    public bool Ended { get; set; }

    /// <summary>The curve went back to a checkpoint: what is drawn no longer holds.</summary>
    public bool Redraw { get; set; }
}
