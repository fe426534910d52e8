using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>Everything <see cref="TablePrompts"/> learned from the training rows, as the run folder stores it.</summary>
/// <param name="Features">In table order.</param>
/// <param name="Labels">Classification: in class order; regression: empty.</param>
/// <param name="Target">Regression in scaled style: the answer's range; else null.</param>
/// <param name="Order">The order in which the template meets the features, as indices into <paramref name="Features"/>; null for table
/// order.</param>
public sealed record PromptState(
    PromptTemplate Template,
    TaskKind Task,
    string TargetName,
    IReadOnlyList<PromptFeature> Features,
    IReadOnlyList<string> Labels,
    bool TargetIsInteger,
    TargetScale? Target,
    IReadOnlyList<int>? Order = null
);

/// <param name="Scale">Scaled style, numeric columns: fitted on the training rows; else null.</param>
/// <param name="Codes">Scaled style, columns of words: one character a category, fitted on the training rows; else null.</param>
public sealed record PromptFeature(
    string Name,
    ColumnKind Kind,
    string? Unit,
    IReadOnlyDictionary<string, string>? ValueLabels,
    ColumnScale? Scale,
    CategoryCodes? Codes = null
)
{
    public bool IsNumeric => Kind is ColumnKind.Number or ColumnKind.Integer;
}
