namespace LiftLab.Web.Storage.Queue;

/// <summary>Where a waiting run goes in the queue.</summary>
public enum QueueMove
{
    First,
    Up,
    Down,
    Last,
}
