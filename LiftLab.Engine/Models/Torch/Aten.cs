using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// Operators that TorchSharp lacks, called by name through libtorch's stable C interface (torch/csrc/stable/c/shim.h and
/// torch/csrc/inductor/aoti_torch/c/shim.h of libtorch 2.10). Autograd works as usual. Arguments and results are passed on one stack of
/// 64-bit words: a tensor as a handle that the call consumes, an integer or boolean as its value, a double as its bits, an absent optional
/// as 0, a present one as a pointer that the call frees, a list as a handle.
/// </summary>
public static unsafe partial class Aten
{
    const string Library = "torch_cpu";
    const ulong Absent = 0;

    /// <summary>Softmax(scale · q kᵀ + mask) v. q (B,H,T,d); k, v (B,G,S,d) with G a divisor of H; mask (B|1,1,T,S), additive.</summary>
    /// <param name="scale">Null for 1/√d.</param>
    public static Tensor ScaledDotProductAttention(Tensor q, Tensor k, Tensor v, Tensor? mask, bool causal, double? scale, bool grouped) =>
        Single(
            Call(
                "aten::scaled_dot_product_attention",
                "",
                [
                    Handle(q),
                    Handle(k),
                    Handle(v),
                    mask is null ? Absent : Some(Handle(mask)),
                    Word(0.0),
                    Word(causal),
                    scale is { } s ? Some(Word(s)) : Absent,
                    Word(grouped),
                ]
            )
        );

    /// <summary>Rows of the table (V,D) by id; the result has the shape of the ids with an additional last dimension D.</summary>
    public static Tensor Embedding(Tensor table, Tensor ids) =>
        Single(Call("aten::embedding", "", [Handle(table), Handle(ids), unchecked((ulong)-1L), Word(false), Word(false)]));

    /// <summary>
    /// x in another shape with the same elements. For autograd the result is a tensor of its own and no view of x, so that changing it in
    /// place copies no gradient; do not use x afterwards.
    /// </summary>
    public static Tensor Reshaped(Tensor x, ReadOnlySpan<long> shape)
    {
        var words = new ulong[shape.Length];
        for (var i = 0; i < words.Length; i++)
            words[i] = (ulong)shape[i];
        return Single(Call("aten::_unsafe_view", "", [Handle(x), List(words)]));
    }

    /// <summary>x / √(mean(x²) + epsilon) · weight over the last dimension; without weight if it is null.</summary>
    public static Tensor RmsNorm(Tensor x, long width, Tensor? weight, double epsilon) =>
        Single(
            Call(
                "aten::rms_norm",
                "",
                [Handle(x), List([(ulong)width]), weight is null ? Absent : Some(Handle(weight)), Some(Word(epsilon))]
            )
        );

    /// <summary>
    /// One AdamW step (decoupled weight decay) over all parameters in one call, in place. <paramref name="steps"/>: one float32 scalar per
    /// parameter, already incremented.
    /// </summary>
    public static void FusedAdamW(
        IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> first,
        IReadOnlyList<Tensor> second,
        IReadOnlyList<Tensor> steps,
        double rate,
        double beta1,
        double beta2,
        double decay,
        double epsilon
    ) =>
        Call(
            "aten::_fused_adamw_",
            "",
            [
                List(parameters),
                List(gradients),
                List(first),
                List(second),
                List(Array.Empty<ulong>()),
                List(steps),
                Word(rate),
                Word(beta1),
                Word(beta2),
                Word(decay),
                Word(epsilon),
                Word(false),
                Word(false),
                Absent,
                Absent,
            ]
        );

    /// <exception cref="InvalidOperationException">libtorch returned an error; its message is on standard error.</exception>
    static ulong Call(string op, string overload, ReadOnlySpan<ulong> arguments)
    {
        const int Room = 24;
        var stack = stackalloc ulong[Room];
        arguments.CopyTo(new Span<ulong>(stack, Room));
        var error = CallDispatcher(op, overload, stack, Version());
        if (error != 0)
            throw Refusal.Of(op, error, HasWorked.ContainsKey(op));
        HasWorked.TryAdd(op, true);
        return stack[0];
    }

    /// <summary>Operators that this libtorch has and that worked in this process.</summary>
    static readonly ConcurrentDictionary<string, bool> HasWorked = new(StringComparer.Ordinal);

    static Tensor Single(ulong handle) => Tensor.UnsafeCreateTensor((IntPtr)handle);

    static ulong Word(double value) => BitConverter.DoubleToUInt64Bits(value);

    static ulong Word(bool value) => value ? 1ul : 0ul;

    static ulong Handle(Tensor tensor)
    {
        var error = NewHandle(tensor.Handle, out var copy);
        return error == 0 ? (ulong)copy : throw new InvalidOperationException($"libtorch refused a tensor handle (error {error})");
    }

    static ulong Some(ulong value)
    {
        var cell = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *cell = value;
        return (ulong)cell;
    }

    static ulong List(IReadOnlyList<Tensor> tensors)
    {
        var words = new ulong[tensors.Count];
        for (var i = 0; i < words.Length; i++)
            words[i] = Handle(tensors[i]);
        return List(words);
    }

    static ulong List(ulong[] words)
    {
        var error = NewList((nuint)words.Length, out var list);
        foreach (var word in words)
            error |= PushBack(list, word);
        return error == 0 ? (ulong)list : throw new InvalidOperationException($"libtorch refused a list (error {error})");
    }

    [LibraryImport(Library, EntryPoint = "torch_call_dispatcher", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallDispatcher(string op, string overload, ulong* stack, ulong version);

    [LibraryImport(Library, EntryPoint = "aoti_torch_abi_version")]
    private static partial ulong Version();

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    private static partial int NewHandle(IntPtr tensor, out IntPtr copy);

    [LibraryImport(Library, EntryPoint = "torch_new_list_reserve_size")]
    private static partial int NewList(nuint size, out IntPtr list);

    [LibraryImport(Library, EntryPoint = "torch_list_push_back")]
    private static partial int PushBack(IntPtr list, ulong word);
}
