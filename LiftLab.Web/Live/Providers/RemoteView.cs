using LiftLab.Engine.OpenAi.Jobs;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Web.Live.Providers;

/// <summary>What a run has at its provider.</summary>
/// <param name="State">Null where it has created nothing there.</param>
/// <param name="Requests">The last ones, newest first.</param>
public sealed record RemoteView(RemoteState? State, Bill Bill, IReadOnlyList<Exchange> Requests)
{
    public const int MostRequests = 50;

    public bool HasOpenJobs => State?.Jobs.Any(j => !j.IsOver) == true;
}
