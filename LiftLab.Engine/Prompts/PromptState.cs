using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>What <see cref="TablePrompts"/> fits on the training rows, as the run folder stores it.</summary>
/// <param name="Features">In table order.</param>
/// <param name="Labels">Class labels in class order; empty for regression.</param>
/// <param name="Target">Range of the answer for regression in scaled style; else null.</param>
/// <param name="Order">The order of the features in the prompt, as indices into <paramref name="Features"/>; null for table order.</param>
public sealed record PromptState(
    PromptTemplate Template,
    TaskKind Task,
    string TargetName,
    IReadOnlyList<PromptFeature> Features,
    IReadOnlyList<string> Labels,
    bool TargetIsInteger,
    TargetScale? Target,
    IReadOnlyList<int>? Order = null
)
{
    /// <summary>What the prompt calls the target; null: its name.</summary>
    public string? TargetReadableName { get; init; }

    /// <summary>The text of each label in answers that are labels, in class order; null: the labels themselves.</summary>
    public IReadOnlyList<string>? LabelTexts { get; init; }
}

/// <param name="Scale">For numeric columns in scaled style, fitted on the training rows; else null.</param>
/// <param name="Codes">For categorical columns in scaled style, one character per category, fitted on the training rows; else null.</param>
/// <param name="WrittenOut">Whether the forms of one token (letter, symbol, token) write the cell's text instead of a code.</param>
/// <param name="TextBytes">Maximum UTF-8 bytes of such a text; 0 for no maximum.</param>
public sealed record PromptFeature(
    string Name,
    ColumnKind Kind,
    string? Unit,
    IReadOnlyDictionary<string, string>? ValueLabels,
    ColumnScale? Scale,
    CategoryCodes? Codes = null,
    bool WrittenOut = false,
    int TextBytes = 0
)
{
    /// <summary>What the prompt calls the column; null: its name.</summary>
    public string? ReadableName { get; init; }

    public bool IsNumeric => Kind.IsNumeric();
}
