using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// The line of sequences that are answered: keys and values of a shared prefix are repeated for each sequence, and those that the next pass
/// needs are kept.
/// </summary>
public sealed class PackedAttention : PackedLine
{
    readonly CarriedKeys carried;
    readonly Tensor keyPlaces,
        queryPlaces,
        linePlaces;
    readonly Tensor? carriedOn;
    readonly KeyValueCache? cache;
    readonly int firstRow,
        next;

    /// <summary>Allocates index tensors in the caller's dispose scope.</summary>
    /// <param name="next">Number of prefix tokens that the first sequence of the next pass shares with the last one of this pass.</param>
    /// <param name="cache">Receives the keys and values of the sequences as rows from <paramref name="firstRow"/> on; null for no
    /// cache.</param>
    public PackedAttention(PackedSequences sequences, CarriedKeys carried, int next, KeyValueCache? cache, int firstRow, Device device)
    {
        if (carried.Length != sequences.Carried)
            throw new ArgumentException(
                $"the sequences begin with {sequences.Carried} tokens of the previous pass, but {carried.Length} are held",
                nameof(carried)
            );
        (Sequences, this.carried, this.next, this.cache, this.firstRow) = (sequences, carried, next, cache, firstRow);
        keyPlaces = Upload.Of(sequences.KeyPlaces(), device);
        queryPlaces = Upload.Of(sequences.QueryPlaces(), device);
        linePlaces = Upload.Of(sequences.LinePlaces(), device);
        carriedOn = next == 0 ? null : Upload.Of(sequences.WayOfLast(next), device);
    }

    public PackedSequences Sequences { get; }
    public override int Count => Sequences.Count;
    public override int[] Ids => Sequences.Ids;
    public override int[] Positions => Sequences.Positions;

    internal override (Tensor Query, Tensor Key, Tensor Value) Apart(int layer, Tensor q, Tensor k, Tensor v)
    {
        var (keys, values) = carried.Extend(layer, k[0], v[0], carriedOn);
        (k, v) = (Sequence(keys, keyPlaces, Sequences.Keys), Sequence(values, keyPlaces, Sequences.Keys));
        cache?.Fill(layer, firstRow, k, v);
        return (
            IsRead(q.shape[1])
                ? q.view(Sequences.Rows, Sequences.ReadEach, q.shape[2], q.shape[3])
                : Sequence(q[0], queryPlaces, Sequences.Queries),
            k,
            v
        );
    }

    internal override Tensor Together(Tensor x, int keep)
    {
        var flat = x.reshape(-1, x.shape[2]);
        return (IsRead(keep) ? flat : flat.index_select(0, linePlaces)).unsqueeze(0);
    }

    /// <summary>Ends the pass: the kept keys and values become the prefix of the next pass.</summary>
    internal void Advance() => carried.Advance(next);

    internal override Tensor Mask(int? window, int keep, ScalarType dtype, Device device) =>
        PackedMask.Of(Sequences, window, IsRead(keep), dtype, device);

    Tensor Sequence(Tensor line, Tensor places, int width) =>
        line.index_select(0, places).view(Sequences.Rows, width, line.shape[1], line.shape[2]);
}
