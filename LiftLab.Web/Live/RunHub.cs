using System.Runtime.CompilerServices;
using LiftLab.Engine.Runs;
using Microsoft.AspNetCore.SignalR;

namespace LiftLab.Web.Live;

/// <summary>The feed for everyone who is no page of this dashboard: notebooks, scripts, another lab.</summary>
public sealed class RunHub(RunFeed feed) : Hub
{
    public const string Path = "/hubs/runs";
    const int LargestPart = 500;

    /// <summary>Streams a run's events after a sequence number. A client that lost its connection asks again from its last.</summary>
    public async IAsyncEnumerable<IReadOnlyList<RunEvent>> Watch(
        string runId,
        long afterSequence,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using var batches = feed.WatchAsync(runId, afterSequence, cancel).GetAsyncEnumerator(cancel);
        while (true)
        {
            try
            {
                if (!await batches.MoveNextAsync())
                    yield break;
            }
            catch (KeyNotFoundException e)
            {
                throw new HubException(e.Message);
            }
            foreach (var part in batches.Current.Chunk(LargestPart))
                yield return part;
        }
    }
}
