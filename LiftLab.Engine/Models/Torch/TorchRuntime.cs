using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// The process-wide settings of libtorch. Everything here must happen before the first tensor: OpenMP reads its environment
/// while the library loads, and the thread count reaches only threads that have not used libtorch yet.
/// </summary>
public static partial class TorchRuntime
{
    static readonly Lock Gate = new();
    static bool started;

    /// <summary>Threads a single operation may use.</summary>
    public static int Threads { get; private set; }

    /// <summary>Loads libtorch once; later calls do nothing.</summary>
    /// <param name="threads">Default: OMP_NUM_THREADS, else one per core.</param>
    public static void Start(int? threads = null)
    {
        lock (Gate)
        {
            if (started)
                return;
            if (!OperatingSystem.IsWindows())
            {
                // OpenMP threads that wait by spinning take the cores from everybody else: measured 10 times slower on a busy machine.
                // The managed Environment does not reach native code, so libc is asked directly; what the user has set stays.
                SetNativeVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
                SetNativeVariable("KMP_BLOCKTIME", "0", overwrite: 0);
                // libtorch then asks for pages of 2 MB for its large tensors, which makes getting them anew for each (see FitMemory) cheap
                SetNativeVariable("THP_MEM_ALLOC_ENABLE", "1", overwrite: 0);
            }
            Threads =
                threads
                ?? (
                    int.TryParse(
                        Environment.GetEnvironmentVariable("OMP_NUM_THREADS"),
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var n
                    )
                    && n > 0
                        ? n
                        : Environment.ProcessorCount
                );
            torch.InitializeDeviceType(DeviceType.CPU);
            torch.set_num_threads(Threads);
            started = true;
        }
    }

    /// <summary>
    /// Below this many parameters one thread is faster than two: waking a second one costs more than its half of such small
    /// products saves (iris on lift-mini, quiet machine: 3.6 s of training against 7.8 s).
    /// </summary>
    const long LargeModel = 3_000_000;

    /// <summary>
    /// Sets the calling thread, and those that first use libtorch later, to as many threads as a model of this size can use, and the heap
    /// to its tensors.
    /// </summary>
    public static void FitThreads(long parameters)
    {
        torch.set_num_threads(parameters < LargeModel ? 1 : Threads);
        if (parameters >= LargeModel)
            FitMemory();
    }

    /// <summary>
    /// For a large model: tensors of a megabyte and more get pages of their own and give them back at once. Left to itself glibc keeps
    /// them in heaps whose free pieces fit nothing that comes later: a step of 120 million int8 weights then held 1.3 GB where it needs
    /// 0.75 (decision record 040). It costs a few percent of processor time, and makes what a step takes foreseeable.
    /// </summary>
    static void FitMemory()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is null)
            try
            {
                _ = SetHeapOption(MapThreshold, OwnPages);
            }
            catch (EntryPointNotFoundException) { } // musl has none, and no such heaps
    }

    /// <summary>From so many bytes on a tensor has pages of its own.</summary>
    internal const int OwnPages = 1 << 20;

    const int MapThreshold = -3; // M_MMAP_THRESHOLD of malloc.h

    /// <summary>"auto" takes the first GPU that libtorch can use, else the processor.</summary>
    /// <exception cref="ArgumentException">No such device here.</exception>
    public static torch.Device Pick(string wanted = "auto")
    {
        Start();
        var gpu = wanted is "auto" or "cuda" && torch.cuda.is_available();
        return wanted switch
        {
            "auto" or "cuda" when gpu => torch.CUDA,
            "auto" or "cpu" => torch.CPU,
            _ => throw new ArgumentException(
                $"device '{wanted}' cannot be used here; the valid values are auto, cpu and, where libtorch finds an NVIDIA card, cuda",
                nameof(wanted)
            ),
        };
    }

    /// <summary>Seeds libtorch's global generator, which dropout and random initialisation draw from.</summary>
    public static void Seed(long seed)
    {
        Start();
        torch.manual_seed(seed);
    }

    /// <summary>
    /// Gives free heap pages back to the system. glibc keeps them, and tensors of changing sizes fragment its heap: resident
    /// memory was seen to double within 80 steps while the live bytes stayed constant.
    /// </summary>
    public static void TrimMemory()
    {
        if (OperatingSystem.IsLinux() && hasTrim)
            try
            {
                _ = TrimHeap(0);
            }
            catch (EntryPointNotFoundException)
            {
                hasTrim = false;
            } // musl has none
    }

    static bool hasTrim = true;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetHeapOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
