namespace LiftLab.Engine.Baselines.Choosing;

/// <summary>One setting of one baseline on one split.</summary>
/// <param name="Split">From 0.</param>
/// <param name="Valid">Accuracy or RMSE in the target's unit; null if it failed or there are no validation rows.</param>
/// <param name="ValidRae">Regression: the relative absolute error by which the paper chooses.</param>
/// <param name="Chosen">True for the setting that the protocol chooses on this split.</param>
public sealed record GridRow(
    int Split,
    string Name,
    string Setting,
    double? Valid,
    double? Test,
    double? ValidRae,
    double Seconds,
    bool Chosen,
    string? Failure = null
);

/// <summary>The result of a baseline under a protocol.</summary>
/// <param name="Setting">The chosen setting; the choices of several splits are joined by "; ".</param>
/// <param name="Test">Mean over splits or, under the paper's classification protocol, the score of the split with the best validation
/// score.</param>
/// <param name="Deviation">Standard deviation over splits (n − 1), if the score is a mean of several.</param>
public sealed record GridChoice(
    string Name,
    string Title,
    string Setting,
    double? Valid,
    double? Test,
    double? Deviation,
    double Seconds,
    string? Failure = null
);
