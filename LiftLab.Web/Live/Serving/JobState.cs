using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Live.Serving;

/// <summary>A job with the state of its run.</summary>
public sealed record JobState(ServedJob Job, RunRow Row)
{
    /// <summary>OpenAI's word. A run that stopped without an end of its own and is not tried again has failed.</summary>
    public string Word =>
        Row switch
        {
            { State: RunState.Succeeded } => "succeeded",
            { State: RunState.Failed } => "failed",
            { State: RunState.Cancelled } or { CancelRequested: true } => "cancelled",
            { State: RunState.Queued } => "queued",
            { State: RunState.Running } => "running",
            { State: RunState.Paused } => "paused",
            _ => "failed",
        };
}
