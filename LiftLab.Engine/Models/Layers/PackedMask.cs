using LiftLab.Engine.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// The additive attention mask of packed sequences, (Rows,1,queries,Keys). On a GPU it is computed there from a few numbers per query, so
/// that it is not copied; on the CPU it is written directly.
/// </summary>
static class PackedMask
{
    public static Tensor Of(PackedSequences sequences, int? window, bool readOnly, ScalarType dtype, Device device)
    {
        if (device.type == DeviceType.CUDA)
            return OnDevice(sequences, window, readOnly, dtype, device);
        var each = readOnly ? sequences.ReadEach : sequences.Queries;
        return Upload.Of(sequences.Mask(window, readOnly), [sequences.Rows, 1, each, sequences.Keys], device).As(dtype);
    }

    internal static Tensor OnDevice(PackedSequences sequences, int? window, bool readOnly, ScalarType dtype, Device device)
    {
        using var scope = NewDisposeScope();
        var each = readOnly ? sequences.ReadEach : sequences.Queries;
        var (first, end, branch) = sequences.Reach(window, readOnly);
        long[] queries = [sequences.Rows, each, 1];
        var from = Upload.Of(first, queries, device);
        var key = Arithmetic.Range(0, sequences.Longest, device).view(1, 1, -1);
        var open = key.ge(from).logical_and(key.lt(Upload.Of(end, queries, device)));
        if (sequences.Branches > 0)
        {
            var lineage = Upload.Of(sequences.Lineage(), [sequences.Branches + 1, sequences.Branches], device);
            var own = lineage.index_select(0, Upload.Of(branch, device)).view(sequences.Rows, each, sequences.Branches);
            var places = Upload.Of(sequences.BranchPlaces(), [sequences.Rows, 1, sequences.Branches], device);
            open = cat([open, own.logical_and(places.ge(from))], 2);
        }
        return zeros(open.shape, dtype, device)
            .ReplaceInPlace(open.logical_not(), double.NegativeInfinity)
            .unsqueeze(1)
            .MoveToOuterDisposeScope();
    }
}
