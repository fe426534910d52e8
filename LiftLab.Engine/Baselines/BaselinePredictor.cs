using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>A fitted baseline: encodes rows, predicts, and converts the predictions to the target's classes or unit.</summary>
/// <param name="residual">Deviation of regression predictions if the model gives none.</param>
sealed class BaselinePredictor(
    Baseline baseline,
    Model model,
    FeatureEncoder encoder,
    TargetCoding coding,
    double? residual,
    JsonObject settings
) : IPredictor
{
    const string File = "model.kept";

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

    public Task KeepAsync(string folder, CancellationToken cancel = default) =>
        Task.Run(
            () =>
            {
                var into = new KeptWriter();
                into.Put("settings", settings);
                into.Put("residual", residual);
                encoder.Keep(into.Under("encoder"));
                coding.Keep(into.Under("target"));
                // with a single training class, a constant replaces the algorithm
                into.Put("constant", model is ConstantModel);
                model.Keep(into.Under("model"));
                Directory.CreateDirectory(folder);
                into.Save(Path.Combine(folder, File), baseline.Name);
            },
            cancel
        );

    /// <exception cref="KeptModelException">The file is missing, damaged, or belongs to another baseline.</exception>
    public static BaselinePredictor Open(Baseline baseline, string folder)
    {
        var from = KeptReader.Open(Path.Combine(folder, File), baseline.Name);
        Open open = from.Flag("constant") ? ConstantModel.Open : baseline.Open;
        return new(
            baseline,
            open(from.Under("model")),
            FeatureEncoder.Open(from.Under("encoder")),
            TargetCoding.Open(from.Under("target")),
            from.NumberOrNull("residual"),
            from.Json("settings")
        );
    }

    public void Dispose() => model.Dispose();
}
