namespace LiftLab.Web.Storage;

/// <summary>Where a waiting run goes in the queue.</summary>
public enum QueueMove
{
    First,
    Up,
    Down,
    Last,
}
