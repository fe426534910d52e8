using System.Globalization;
using System.Runtime.InteropServices;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// State of the NVIDIA GPU that this process uses, read through the driver's library (NVML, nvml.h), which is installed with the driver and
/// needs neither libtorch nor a CUDA context.
/// </summary>
/// <param name="Name">"NVIDIA H100 80GB HBM3"</param>
/// <param name="Memory">Total bytes.</param>
/// <param name="Used">Bytes in use by all processes.</param>
/// <param name="Utilisation">Fraction (0–1) of the last sampling period in which a kernel ran; null if the GPU does not report it.</param>
public sealed partial record GraphicsCard(string Name, long Memory, long Used, double? Utilisation)
{
    /// <summary>CUDA compute capability, such as 8.0 of an A100; null if the driver does not report it.</summary>
    public (int Major, int Minor)? Capability { get; init; }

    const string Library = "libnvidia-ml.so.1";
    const int Success = 0,
        NameLength = 96;

    static readonly Lazy<bool> Started = new(Start);

    /// <summary>Null if there is no GPU or no driver.</summary>
    /// <param name="visible">A value in the format of CUDA_VISIBLE_DEVICES: its first index or identifier selects the GPU. Null for the
    /// environment variable.</param>
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
        )
        {
            Capability = CapabilityOf(card, out var major, out var minor) == Success ? (major, minor) : null,
        };
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

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetCudaComputeCapability")]
    private static partial int CapabilityOf(IntPtr card, out int major, out int minor);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetName")]
    private static partial int NameOf(IntPtr card, [Out] byte[] name, uint length);
}
