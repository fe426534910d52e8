namespace LiftLab.Engine.Runs.Events;

/// <summary>Peaks and means over a run's heartbeats.</summary>
public sealed class MachineUse
{
    (double Sum, int Count) cores,
        card;

    /// <summary>Peak resident bytes of the worker.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>Peak bytes in use on the GPU; null if the run does not use one.</summary>
    public long? PeakDeviceMemory { get; private set; }

    /// <summary>Mean number of processor cores that the worker used; null before the second heartbeat.</summary>
    public double? Cores => cores.Count == 0 ? null : cores.Sum / cores.Count;

    /// <summary>Share of time in which the GPU computed, 0 to 1; null if none is used.</summary>
    public double? Card => card.Count == 0 ? null : card.Sum / card.Count;

    internal void Add(Heartbeat beat)
    {
        PeakMemory = Math.Max(PeakMemory, beat.Memory);
        if (beat.DeviceMemoryUsed is { } used)
            PeakDeviceMemory = Math.Max(PeakDeviceMemory ?? 0, used);
        if (beat.Busy is { } busy)
            cores = (cores.Sum + busy, cores.Count + 1);
        if (beat.DeviceBusy is { } share)
            card = (card.Sum + share, card.Count + 1);
    }
}
