namespace LiftLab.Engine.Learning.Scores;

/// <summary>All metrics, in display order.</summary>
public static class Metrics
{
    /// <summary>The filtered RAE leaves out answers with an error above this many RMSE (specification of the paper, section 7).</summary>
    public const double OutlierThreshold = 3;

    public static readonly Metric Accuracy = new("accuracy", "Accuracy", true, "%"),
        BalancedAccuracy = new("balanced-accuracy", "Balanced accuracy", true, "%"),
        MacroF1 = new("macro-f1", "Macro F1", true, "%"),
        Auc = new("auc", "AUC", true, ""),
        LogLoss = new("log-loss", "Log loss", false, ""),
        Brier = new("brier", "Brier score", false, ""),
        Ece = new("ece", "Calibration error (ECE)", false, ""),
        Rmse = new("rmse", "RMSE", false, "target"),
        Rae = new("rae", "RAE", false, ""),
        RaeFiltered = new("rae-3rmse", "RAE without errors over 3 RMSE", false, ""),
        Mae = new("mae", "MAE", false, "target"),
        R2 = new("r2", "R²", true, ""),
        AccuracyOfReadable = new("accuracy-readable", "Accuracy of readable answers", true, "%"),
        Readable = new("readable", "Readable answers", true, "%");

    public static IReadOnlyList<Metric> All { get; } =
    [Accuracy, BalancedAccuracy, MacroF1, Auc, LogLoss, Brier, Ece, Rmse, Rae, RaeFiltered, Mae, R2, AccuracyOfReadable, Readable];

    /// <summary>The metric of this name; an unknown metric, as a newer version may store, has its name as title.</summary>
    public static Metric Named(string name) => All.FirstOrDefault(m => m.Name == name) ?? new(name, name, true, "");

    /// <exception cref="KeyNotFoundException">No metric has this name; the message lists the names.</exception>
    public static Metric Find(string name) =>
        All.FirstOrDefault(m => m.Name == name)
        ?? throw new KeyNotFoundException($"no metric is named '{name}'; the metrics are {string.Join(", ", All.Select(m => m.Name))}");
}
