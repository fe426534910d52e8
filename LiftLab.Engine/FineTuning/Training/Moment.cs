using LiftLab.Engine.Models.Quantised;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>One flattened moment of one weight: float32, or 8-bit codes with one scale per block.</summary>
sealed class Moment : IDisposable
{
    readonly Tensor values;
    readonly Tensor? scales,
        table,
        halves;
    readonly int block;

    Moment(Tensor values, Tensor? scales, Codebook? book)
    {
        (this.values, this.scales) = (values.DetachFromDisposeScope(), scales?.DetachFromDisposeScope());
        if (book is null)
            return;
        block = book.BlockLength;
        table = book.Table(values.device).reshape(-1).DetachFromDisposeScope();
        halves = Upload
            .Of(tensor(book.Values.Zip(book.Values.Skip(1), (a, b) => (a + b) / 2).ToArray()), values.device)
            .DetachFromDisposeScope();
    }

    /// <param name="book">Null for float32.</param>
    public static Moment Zeros(Tensor weight, Codebook? book)
    {
        var count = weight.numel();
        if (book is null)
            return new(zeros([count], ScalarType.Float32, weight.device), null, null);
        var blocks = (count + book.BlockLength - 1) / book.BlockLength;
        return new(
            zeros([blocks * book.BlockLength], ScalarType.Byte, weight.device).Fill(book.Values.ToList().IndexOf(0)),
            zeros([blocks], ScalarType.Float32, weight.device),
            book
        );
    }

    /// <summary>
    /// Dequantises a range to float32, in the caller's dispose scope. Changes must be written back with <see cref="Put"/>.
    /// </summary>
    /// <param name="start">A multiple of the block length.</param>
    public Tensor Whole(long start, long count)
    {
        if (table is null)
            return values.narrow(0, start, count);
        var blocks = (count + block - 1) / block;
        var whole = table.index_select(0, values.narrow(0, start, blocks * block).to(ScalarType.Int32)).view(blocks, block);
        return whole.mul_(scales!.narrow(0, start / block, blocks).unsqueeze(1)).view(-1).narrow(0, 0, count);
    }

    public void Put(long start, Tensor whole)
    {
        if (table is null)
            return; // Whole returned a view, which the step updated in place
        var count = whole.shape[0];
        var blocks = (count + block - 1) / block;
        if (blocks * block > count)
            whole = cat([whole, zeros([blocks * block - count], ScalarType.Float32, whole.device)]);
        var parts = whole.view(blocks, block);
        var scale = parts.abs().amax([1]);
        scales!.narrow(0, start / block, blocks).copy_(scale);
        // a block of zeros has scale 0: the minimum avoids a division by zero
        var nearest = bucketize(parts.div_(scale.AtLeast(1.2e-38).unsqueeze(1)), halves!, true, false);
        values.narrow(0, start, blocks * block).copy_(nearest.view(-1));
    }

    public IEnumerable<(string Name, Tensor Value)> State(string moment, string weight) =>
        scales is null
            ? [(moment + "." + weight, values)]
            : [(moment + ".codes." + weight, values), (moment + ".scales." + weight, scales)];

    public void Dispose()
    {
        foreach (var tensor in (Tensor?[])[values, scales, table, halves])
            tensor?.Dispose();
    }
}
