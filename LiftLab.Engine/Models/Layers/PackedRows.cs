using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>The line of training rows. Gradients of a token that several rows share are summed.</summary>
public sealed class PackedRows : PackedLine
{
    readonly RowTree tree;
    readonly Tensor keys;
    readonly (Tensor Queries, Tensor Line) all,
        read;

    /// <summary>Allocates index tensors in the caller's dispose scope, which must last until the backward pass is done.</summary>
    public PackedRows(RowTree tree, Device device)
    {
        this.tree = tree;
        keys = Upload.Of(tree.KeyPlaces(), device);
        all = (Upload.Of(tree.QueryPlaces(readOnly: false), device), Upload.Of(tree.LinePlaces(readOnly: false), device));
        read =
            tree.Read == tree.Count
                ? all
                : (Upload.Of(tree.QueryPlaces(readOnly: true), device), Upload.Of(tree.LinePlaces(readOnly: true), device));
    }

    public override int Count => tree.Count;
    public override int[] Ids => tree.Ids;
    public override int[] Positions => tree.Positions;

    internal override (Tensor Query, Tensor Key, Tensor Value) Apart(int layer, Tensor q, Tensor k, Tensor v)
    {
        var readOnly = IsRead(q.shape[1]);
        return (
            Rows(q, readOnly ? read.Queries : all.Queries, readOnly ? tree.ReadQueries : tree.Queries),
            Rows(k, keys, tree.Keys),
            Rows(v, keys, tree.Keys)
        );
    }

    internal override Tensor Together(Tensor x, int keep) =>
        x.reshape(-1, x.shape[2]).index_select(0, IsRead(keep) ? read.Line : all.Line).unsqueeze(0);

    internal override Tensor Mask(int? window, int keep, ScalarType dtype, Device device)
    {
        var readOnly = IsRead(keep);
        return Upload
            .Of(tree.Mask(window, readOnly), [tree.Rows, 1, readOnly ? tree.ReadQueries : tree.Queries, tree.Keys], device)
            .As(dtype);
    }

    Tensor Rows(Tensor line, Tensor places, int width) =>
        line.flatten(0, 1).index_select(0, places).view(tree.Rows, width, line.shape[2], line.shape[3]);
}
