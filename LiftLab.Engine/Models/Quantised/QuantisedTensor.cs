using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Quantised;

/// <summary>A frozen tensor stored as 8-bit or 4-bit codes with one float32 scale per block of its flattened elements.</summary>
public sealed class QuantisedTensor : IDisposable
{
    const long Stretch = 1 << 24,
        ProcessorStretch = 1 << 18; // elements processed at once; multiples of every block length

    readonly long[] shape;
    readonly long length;
    readonly Tensor table;

    QuantisedTensor(string name, Codebook book, long[] shape, Tensor codes, Tensor scales)
    {
        (Book, this.shape, length) = (book, shape, shape.Aggregate(1L, (a, b) => a * b));
        (Codes, Scales) = (new(name, codes), new(name + ".absmax", scales));
        table = book.Table(codes.device).DetachFromDisposeScope();
    }

    public Codebook Book { get; }

    /// <summary>The codes as a flat byte tensor, with the name of the original tensor.</summary>
    public Weight Codes { get; }

    /// <summary>The largest magnitude of each block.</summary>
    public Weight Scales { get; }

    public IEnumerable<Weight> Weights => [Codes, Scales];

    /// <summary>Quantises a tensor in chunks, so that little memory beyond the codes is needed.</summary>
    public static QuantisedTensor Of(string name, Tensor value, Codebook book, CancellationToken cancel = default)
    {
        using var outer = NewDisposeScope();
        using var frozen = no_grad();
        var flat = value.detach().reshape(-1);
        var (codes, scales) = (new List<Tensor>(), new List<Tensor>());
        for (long start = 0; start < flat.shape[0]; start += Stretch)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(Stretch, flat.shape[0] - start);
            var missing = (book.BlockLength - count % book.BlockLength) % book.BlockLength;
            var part = flat.narrow(0, start, count).to(ScalarType.Float32);
            if (missing > 0)
                part = cat([part, zeros([missing], ScalarType.Float32, part.device)]);
            var blocks = part.view(-1, book.BlockLength);
            var scale = blocks.abs().amax([1]);
            var divisor = scale.Replaced(scale.IsZero(), 1); // avoids a division by zero in a block of zeros
            var nearest = book.Nearest(blocks / divisor.unsqueeze(1)).reshape(-1);
            if (book.PerByte == 2)
                nearest = nearest.view(-1, 2).select(1, 0).Times(16).Plus(nearest.view(-1, 2).select(1, 1));
            codes.Add(nearest.narrow(0, 0, (count + book.PerByte - 1) / book.PerByte).to(ScalarType.Byte).MoveToOuterDisposeScope());
            scales.Add(scale.MoveToOuterDisposeScope());
        }
        return new(name, book, value.shape, cat(codes), cat(scales));
    }

    /// <summary>code · scale for every element, in the tensor's shape.</summary>
    public Tensor Dequantise(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // in chunks: they fit the cache on a CPU, and the int32 copy of the codes stays small on every device
        var stretch = Codes.Value.device_type == TorchSharp.DeviceType.CUDA ? Stretch : ProcessorStretch;
        var all = empty([length], dtype, Codes.Value.device);
        for (long start = 0; start < length; start += stretch)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(stretch, length - start);
            var values = table
                .index_select(
                    0,
                    Codes.Value.narrow(0, start / Book.PerByte, (count + Book.PerByte - 1) / Book.PerByte).to(ScalarType.Int32)
                )
                .reshape(-1);
            var (whole, first) = (count / Book.BlockLength * Book.BlockLength, start / Book.BlockLength);
            if (whole > 0)
                values
                    .narrow(0, 0, whole)
                    .view(-1, Book.BlockLength)
                    .mul_(Scales.Value.narrow(0, first, whole / Book.BlockLength).unsqueeze(1));
            if (whole < count)
                values.narrow(0, whole, count - whole).mul_(Scales.Value.narrow(0, first + whole / Book.BlockLength, 1));
            all.narrow(0, start, count).copy_(values.narrow(0, 0, count));
        }
        return all.view(shape).MoveToOuterDisposeScope();
    }

    /// <summary>Dequantises single rows of a matrix, for embeddings.</summary>
    /// <param name="ids">Row indices in any shape; the result has an additional last dimension.</param>
    public Tensor Rows(Tensor ids, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var width = shape[1];
        var places = ids.reshape(-1, 1).Times(width).Plus(Arithmetic.Range(0, width, ids.device).unsqueeze(0)); // (N,D) in the flat tensor
        var scales = Scales.Value.index_select(0, places.Quotient(Book.BlockLength).reshape(-1));
        var bytes = Codes.Value.index_select(0, places.Quotient(Book.PerByte).reshape(-1)).to(ScalarType.Int64);
        var entries = bytes.Times(Book.PerByte).Plus(places.reshape(-1).Remainder(Book.PerByte));
        return (table.reshape(-1).index_select(0, entries) * scales).view([.. ids.shape, width]).to(dtype).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var weight in Weights)
            weight.Dispose();
        table.Dispose();
    }
}
