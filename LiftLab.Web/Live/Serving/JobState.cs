using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Live.Serving;

/// <summary>A job with the state of its run.</summary>
public sealed record JobState(ServedJob Job, RunRow Row)
{
    /// <summary>A running job was asked to pause and still saves.</summary>
    public bool IsPausing { get; init; }

    /// <summary>OpenAI's word. A run that stopped without an end of its own and is not tried again has failed.</summary>
    public string Word =>
        Row switch
        {
            { State: RunState.Succeeded } => "succeeded",
            { State: RunState.Failed } => "failed",
            { State: RunState.Cancelled } or { CancelRequested: true } => "cancelled",
            { State: RunState.Queued } => "queued",
            { State: RunState.Paused } => "paused",
            { State: RunState.Running } => IsPausing ? "paused" : "running",
            _ => "failed",
        };
}
