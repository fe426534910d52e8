using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Answers;

/// <summary>Writes a target as the text of an answer and reads the text back. Implements everything that differs between classes and
/// numbers in prompts.</summary>
abstract class AnswerText
{
    public static AnswerText Of(PromptState state) => IsClasses(state.Task) ? new ClassAnswerText(state) : new NumberAnswerText(state);

    /// <summary>The range of the answer, fitted on the training rows; null for classes and for numbers that are not scaled.</summary>
    public static TargetScale? ScaleOf(PromptTemplate template, Schema schema, Table table, IReadOnlyList<int> trainRows) =>
        template.Numbers.Style == NumberStyle.Scaled && !IsClasses(schema.Task)
            ? TargetScale.Fit(trainRows.Select(r => table[schema.Target.Name].Numbers[r]), template.Numbers.TargetLevels)
            : null;

    /// <summary>Decimal style: integer features are written with decimals too, as the paper's code does.</summary>
    public abstract bool IntegersAsDecimals { get; }

    /// <summary>The text of every class, in class order; empty for a number.</summary>
    public virtual IReadOnlyList<string> Classes => [];

    /// <summary>The row's target: a class index, or a number in the target's unit.</summary>
    /// <exception cref="ArgumentException">The target is missing, or not a known label.</exception>
    public abstract double ValueOf(Column target, int row);

    /// <summary>The text without the end mark.</summary>
    /// <param name="value">A class index, or a number in the target's unit.</param>
    /// <exception cref="ArgumentException">The number is not finite.</exception>
    public abstract string Write(double value);

    /// <summary>Parses a text without prompt and end mark; null where it is no answer.</summary>
    public abstract Answer? Read(string text);

    static bool IsClasses(TaskKind task) => task == TaskKind.Classification;
}
