using System.Globalization;
using System.Text.RegularExpressions;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Answers;

/// <summary>Answers that are numbers: levels of the target's range, or decimal digits.</summary>
sealed partial class NumberAnswerText(PromptState state) : AnswerText
{
    // In the paper's code, a data frame with only numeric columns becomes floating point; with text columns among them, integers stay
    // integers.
    readonly bool integersOnly = state.TargetIsInteger && state.Features.All(f => f.Kind == ColumnKind.Integer);

    public override bool IntegersAsDecimals => !integersOnly;

    public override double ValueOf(Column target, int row) => target.Numbers[row];

    public override string Write(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException("the target is not a number", nameof(value));
        return (state.Target, state.Template.Numbers.Style) switch
        {
            ({ } scale, _) => scale.Write(value),
            (_, NumberStyle.AsWritten) => value.ToString("R", CultureInfo.InvariantCulture),
            _ when integersOnly => NumberFormat.Integer(value),
            _ => NumberFormat.Fixed(value, state.Template.Numbers.TargetDecimals),
        };
    }

    public override Answer? Read(string text)
    {
        if (state.Target is not { } scale)
            return FirstNumber(text) is { } value && double.IsFinite(value) ? new Answer.Number(value) : null;
        var levels = new List<int>(scale.Count);
        var next = 0;
        foreach (Match level in LevelPattern().Matches(text))
        {
            if (levels.Count == scale.Count || (levels.Count > 0 && level.Index != next))
                break;
            levels.Add(int.Parse(level.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));
            next = level.Index + level.Length;
        }
        return levels.Count == 0 ? null : new Answer.Number(scale.Value([.. levels]));
    }

    /// <summary>The first number in a text, NaN where it is not finite; null where there is none.</summary>
    public static double? FirstNumber(string text) =>
        FirstNumberPattern().Match(text) is { Success: true } match ? Column.ParseNumber(match.Value) : null;

    [GeneratedRegex(@"<(\d\d)>", RegexOptions.CultureInvariant)]
    private static partial Regex LevelPattern();

    [GeneratedRegex(@"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex FirstNumberPattern();
}
