using System.Globalization;
using System.Runtime.InteropServices;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// What the driver says of the NVIDIA card this process computes on, asked through the driver's own library (NVML, nvml.h), which is
/// there wherever the driver is and needs neither libtorch nor a context on the card.
/// </summary>
/// <param name="Name">"NVIDIA H100 80GB HBM3"</param>
/// <param name="Memory">Bytes in all.</param>
/// <param name="Used">Bytes in use, by whatever process.</param>
/// <param name="Utilisation">Share of the last moments in which a kernel ran, 0 to 1; null where the card does not tell.</param>
public sealed partial record GraphicsCard(string Name, long Memory, long Used, double? Utilisation)
{
    const string Library = "libnvidia-ml.so.1";
    const int Success = 0,
        NameLength = 96;

    static readonly Lazy<bool> Started = new(Start);

    /// <summary>Null where there is no card or no driver.</summary>
    /// <param name="visible">As CUDA_VISIBLE_DEVICES has it: the first of its numbers or identifiers is the card; by default the
    /// environment's.</param>
    public static GraphicsCard? Read(string? visible = null)
    {
        if (!Started.Value)
            return null;
        var first = (visible ?? Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") ?? "0").Split(',')[0].Trim();
        IntPtr card;
        if (uint.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            if (ByIndex(index, out card) != Success)
                return null;
        }
        else if (first.Length == 0 || ByIdentifier(first, out card) != Success)
            return null;
        if (MemoryOf(card, out var memory) != Success)
            return null;
        var name = new byte[NameLength];
        var named = NameOf(card, name, NameLength) == Success ? System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0') : "NVIDIA card";
        return new(
            named,
            (long)memory.Total,
            (long)memory.Used,
            UtilisationOf(card, out var busy) == Success ? busy.Processor / 100.0 : null
        );
    }

    static bool Start()
    {
        if (!NativeLibrary.TryLoad(Library, out var library))
            return false;
        return NativeLibrary.TryGetExport(library, "nvmlInit_v2", out _) && Initialise() == Success;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Amounts
    {
        public ulong Total,
            Free,
            Used;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Rates
    {
        public uint Processor,
            Memory;
    }

    [LibraryImport(Library, EntryPoint = "nvmlInit_v2")]
    private static partial int Initialise();

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetHandleByIndex_v2")]
    private static partial int ByIndex(uint index, out IntPtr card);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetHandleByUUID", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ByIdentifier(string identifier, out IntPtr card);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetMemoryInfo")]
    private static partial int MemoryOf(IntPtr card, out Amounts memory);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetUtilizationRates")]
    private static partial int UtilisationOf(IntPtr card, out Rates rates);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetName")]
    private static partial int NameOf(IntPtr card, [Out] byte[] name, uint length);
}
