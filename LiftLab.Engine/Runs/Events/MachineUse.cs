namespace LiftLab.Engine.Runs.Events;

/// <summary>Peaks and means over a run's heartbeats.</summary>
public sealed class MachineUse
{
    (double Sum, int Count) cores,
        card;

    /// <summary>Most resident bytes of the worker.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>Most bytes in use on the graphics card; null where the run is not on one.</summary>
    public long? PeakDeviceMemory { get; private set; }

    /// <summary>Processor cores that the worker kept busy, on average; null before the second heartbeat.</summary>
    public double? Cores => cores.Count == 0 ? null : cores.Sum / cores.Count;

    /// <summary>Share of the time in which the graphics card computed, 0 to 1; null where none is used.</summary>
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
