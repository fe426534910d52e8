namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>The allowed values of one setting of a recipe.</summary>
/// <param name="Setting">Name of the property of <see cref="FineTune"/>.</param>
/// <param name="Words">The allowed values in words, after "must be".</param>
public sealed record SettingRange(string Setting, string Words, Func<FineTune, bool> Holds)
{
    const int MostSteps = 100_000_000;

    public static IReadOnlyList<SettingRange> All { get; } =
    [
        new(nameof(FineTune.LearningRate), "above 0 and at most 1", r => r.LearningRate is > 0 and <= 1),
        new(nameof(FineTune.WarmupSteps), "0 or more", r => r.WarmupSteps >= 0),
        new(nameof(FineTune.Epochs), "1 to 10000", r => r.Epochs is >= 1 and <= 10_000),
        new(nameof(FineTune.MinimumSteps), "0 to 100000000", r => r.MinimumSteps is >= 0 and <= MostSteps),
        new(nameof(FineTune.MaximumSteps), "0 to 100000000", r => r.MaximumSteps is >= 0 and <= MostSteps),
        new(nameof(FineTune.BatchSize), "1 to 4096", r => r.BatchSize is >= 1 and <= 4096),
        new(nameof(FineTune.BatchGrowth), "1 to 64", r => r.BatchGrowth is >= 1 and <= 64),
        new(nameof(FineTune.WeightDecay), "at least 0 and below 1", r => r.WeightDecay is >= 0 and < 1),
        new(nameof(FineTune.GradientClip), "0 or more", r => IsAmount(r.GradientClip)),
        new(nameof(FineTune.LoraRank), "1 to 1024", r => r.LoraRank is >= 1 and <= 1024),
        new(nameof(FineTune.LoraAlpha), "above 0", r => r.LoraAlpha is null || (IsAmount(r.LoraAlpha.Value) && r.LoraAlpha > 0)),
        new(nameof(FineTune.LoraDropout), "at least 0 and below 1", r => r.LoraDropout is >= 0 and < 1),
        new(nameof(FineTune.TokensAtOnce), "0 or more", r => r.TokensAtOnce >= 0),
        new(nameof(FineTune.Patience), "0 or more", r => r.Patience >= 0),
        new(nameof(FineTune.Temperature), "above 0 and at most 10", r => r.Temperature is > 0 and <= 10),
        new(nameof(FineTune.Samples), "1 to 1000", r => r.Samples is >= 1 and <= 1000),
        new(nameof(FineTune.ColumnOrders), "1 to 64", r => r.ColumnOrders is >= 1 and <= 64),
        new(nameof(FineTune.Members), "1 to 16", r => r.Members is >= 1 and <= 16),
        new(nameof(FineTune.CategoryDrop), "at least 0 and below 1", r => r.CategoryDrop is >= 0 and < 1),
        new(nameof(FineTune.AnswerBlur), "0 or more", r => IsAmount(r.AnswerBlur)),
        new(nameof(FineTune.FeatureBlur), "0 or more", r => IsAmount(r.FeatureBlur)),
        new(nameof(FineTune.CovariantBlur), "0 or more", r => IsAmount(r.CovariantBlur)),
    ];

    /// <summary>The range of a setting; null if every value is allowed.</summary>
    public static SettingRange? Of(string setting) => All.FirstOrDefault(r => r.Setting == setting);

    static bool IsAmount(double value) => value >= 0 && double.IsFinite(value);
}
