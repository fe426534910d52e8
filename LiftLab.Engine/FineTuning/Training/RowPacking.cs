using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using TorchSharp;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Decides per forward pass whether rows are packed in one line instead of padded. Loss and gradients are the same up to rounding, so that
/// the decision depends on rows and model only: a run that is resumed decides alike.
/// </summary>
sealed class RowPacking(LanguageModel model, Packing packing)
{
    /// <summary>
    /// Packing is used where it leaves at most this share of the tokens that the layers compute: index operations take some of the time
    /// that it saves (decision record 080).
    /// </summary>
    const double WorthIt = 0.9;

    readonly int layers = model.Config.Layers;

    /// <summary>
    /// Small models stay padded: a step consists mostly of calls, and packing adds some. So do 16-bit products on the CPU: oneDNN compiles
    /// and keeps kernels for each number of tokens.
    /// </summary>
    readonly bool isPossible =
        packing == Packing.Always
        || (
            packing == Packing.Auto
            && model.Device.type == DeviceType.CPU
            && model.Dtype == torch.ScalarType.Float32
            && model.ParameterCount >= TorchRuntime.LargeModel
        );

    public Batch Of(IReadOnlyList<TrainingRow> rows)
    {
        foreach (var row in rows)
            model.CheckRow(row.Ids);
        // dropout draws a mask per token: rows would share the masks of the tokens that they share
        if (!isPossible || (model.Training && model.UsesDropout) || !rows.Any(r => r.LabelCount > 0))
            return Batch.Of(rows, model.Device);
        var tree = new RowTree([.. rows.Select(r => r.Ids[..^1])], [.. rows.Select(r => r.LabelPlaces.Select(t => t - 1).ToArray())]);
        return packing == Packing.Always || Share(tree, rows) <= WorthIt
            ? Batch.Packed(rows, tree, model.Device)
            : Batch.Of(rows, model.Device);
    }

    /// <summary>
    /// Tokens that the layers compute when packed, divided by those when padded. The first layer computes equal tokens once.
    /// </summary>
    double Share(RowTree tree, IReadOnlyList<TrainingRow> rows)
    {
        var padded = (double)rows.Count * (rows.Max(r => r.Length) - 1) * layers;
        var distinct = model.HasPositionEmbeddings ? tree.Ids.Zip(tree.Positions).Distinct().Count() : tree.Ids.Distinct().Count();
        return ((layers - 1.0) * tree.Count + distinct) / padded;
    }
}
