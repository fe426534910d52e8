using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// Process-wide settings of libtorch. They must be set before the first tensor is created: OpenMP reads its environment variables while the
/// library loads, and the thread count affects only threads that have not used libtorch yet.
/// </summary>
public static partial class TorchRuntime
{
    static readonly Lock Gate = new();
    static bool started;

    /// <summary>Threads a single operation may use.</summary>
    public static int Threads { get; private set; }

    /// <summary>Loads libtorch once; later calls do nothing.</summary>
    /// <param name="threads">Null for OMP_NUM_THREADS, or one per core if that is not set.</param>
    public static void Start(int? threads = null)
    {
        lock (Gate)
        {
            if (started)
                return;
            if (!OperatingSystem.IsWindows())
            {
                // Spinning OpenMP threads occupy cores that other processes need: measured 10 times slower on a busy machine.
                // Environment.SetEnvironmentVariable does not reach native code, so setenv of libc is called. Values set by the user are
                // kept.
                SetNativeVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
                SetNativeVariable("KMP_BLOCKTIME", "0", overwrite: 0);
                // libtorch then uses 2 MB pages for large tensors, which makes allocating them anew each time (see FitMemory) cheap
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
    /// Number of weights below which one thread is faster than two: waking a second one costs more than it saves on such small products
    /// (iris on lift-mini, quiet machine: 3.6 s of training against 7.8 s).
    /// </summary>
    public const long LargeModel = 3_000_000;

    /// <summary>
    /// Sets the number of threads that suits a model of this size, for the calling thread and those that first use libtorch later, and
    /// configures the allocator for large models.
    /// </summary>
    /// <param name="pages">Whether freed pages return to the system or are kept.</param>
    public static void FitThreads(long parameters, HeapPages pages = HeapPages.Returned)
    {
        torch.set_num_threads(parameters < LargeModel ? 1 : Threads);
        if (parameters >= LargeModel)
            FitMemory(pages);
    }

    /// <summary>
    /// For a large model. Returned: tensors of at least 1 MB get memory-mapped pages, which are returned to the system when freed. By
    /// default glibc raises its threshold and keeps them in fragmented heaps: a step of a model with 120 million int8 weights then held
    /// 1.3 GB instead of 0.75 (decision record 040). Kept: the process keeps freed pages and reuses them, so that the kernel does not
    /// clear pages for each new tensor (decision record 077).
    /// </summary>
    static void FitMemory(HeapPages pages)
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is not null)
            return;
        try
        {
            var kept = pages == HeapPages.Kept;
            _ = SetHeapOption(MapThreshold, kept ? LargestInHeap : OwnPages);
            _ = SetHeapOption(TrimThreshold, kept ? int.MaxValue : UsualThreshold);
            _ = SetHeapOption(TopPad, kept ? KeptPad : UsualThreshold);
        }
        catch (EntryPointNotFoundException) { } // musl has neither mallopt nor these heaps
    }

    /// <summary>Minimum bytes of a tensor that gets memory-mapped pages of its own.</summary>
    internal const int OwnPages = 1 << 20;

    /// <summary>The largest threshold that mallopt accepts for separate mappings.</summary>
    const int LargestInHeap = 32 << 20;

    /// <summary>
    /// Bytes by which a heap grows beyond what is asked for. From the size of a thread's heap segment (64 MB) on, glibc does not return
    /// empty segments.
    /// </summary>
    const int KeptPad = 64 << 20;

    const int UsualThreshold = 128 << 10; // glibc's values for trimming and padding

    const int TrimThreshold = -1, // M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of malloc.h
        TopPad = -2,
        MapThreshold = -3;

    /// <summary>The device of a word of <see cref="DeviceChoice.Words"/>.</summary>
    /// <param name="wanted">Null for the choice of this process.</param>
    /// <exception cref="ArgumentException">The device is unknown or not available.</exception>
    public static torch.Device Pick(string? wanted = null)
    {
        Start();
        wanted ??= DeviceChoice.Word;
        var gpu = wanted is "auto" or "cuda" && torch.cuda.is_available();
        return wanted switch
        {
            "auto" or "cuda" when gpu => torch.CUDA,
            "auto" or "cpu" => torch.CPU,
            _ => throw new ArgumentException(
                $"device '{wanted}' cannot be used here; the valid values are auto, cpu and, if libtorch finds an NVIDIA GPU, cuda",
                nameof(wanted)
            ),
        };
    }

    /// <summary>Whether a GPU computes float32 matrix products in TF32. Off unless it is switched on.</summary>
    public static void UseTf32(bool use)
    {
        if (use == usesTf32)
            return;
        Start();
        usesTf32 = use;
        torch.backends.cuda.matmul.allow_tf32 = use;
        torch.backends.cudnn.allow_tf32 = use;
    }

    static bool usesTf32;

    /// <summary>Seeds libtorch's global generator, which dropout and random initialisation use.</summary>
    public static void Seed(long seed)
    {
        Start();
        torch.manual_seed(seed);
    }

    /// <summary>
    /// Returns free heap pages to the system. glibc keeps them, and tensors of varying sizes fragment its heap: resident memory doubled
    /// within 80 steps in a measurement while the live bytes stayed constant.
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
            } // musl has no malloc_trim
    }

    static bool hasTrim = true;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetHeapOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
