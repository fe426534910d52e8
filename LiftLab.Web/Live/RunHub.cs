using System.Runtime.CompilerServices;
using LiftLab.Engine.Runs;
using Microsoft.AspNetCore.SignalR;

namespace LiftLab.Web.Live;

/// <summary>The run feed over SignalR, for notebooks, scripts and other labs.</summary>
public sealed class RunHub(RunFeed feed) : Hub
{
    public const string Path = "/hubs/runs";
    const int LargestPart = 500;

    /// <summary>Streams a run's events after a sequence number. A client that reconnects asks from its last number.</summary>
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
