using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>A fitted baseline: encodes rows, predicts, and puts the answers back into the target's own classes or unit.</summary>
/// <param name="residual">Deviation given to regression answers whose model has none.</param>
sealed class BaselinePredictor(Model model, FeatureEncoder encoder, TargetCoding coding, double? residual, JsonObject settings) : IPredictor
{
    public JsonObject Settings => settings;

    public Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default) =>
        Task.Run(
            () =>
            {
                if (rows.Count == 0)
                    return [];
                var estimates = model.Predict(encoder.Encode(table, rows), cancel);
                if (estimates.Deviations is null && residual is { } r)
                {
                    var deviations = new double[rows.Count];
                    Array.Fill(deviations, r);
                    estimates = estimates with { Deviations = deviations };
                }
                return coding.Decode(estimates);
            },
            cancel
        );

    public void Dispose() => model.Dispose();
}
