using System.Globalization;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;

namespace LiftLab.Engine.Studio;

/// <summary>Says in words what the text of a cell stands for: "sepal length, level 69 of 100: 5.93–5.97 cm".</summary>
/// <param name="prompts">The fitted template.</param>
public sealed class CellMeaning(TablePrompts prompts)
{
    readonly Dictionary<string, PromptFeature> features = prompts.State.Features.ToDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>The meaning of a written feature; null where the text says it itself.</summary>
    /// <param name="cell">The cell in the table.</param>
    /// <param name="span">The place of the cell's text.</param>
    /// <param name="written">The cell's text in the prompt.</param>
    public string? Of(string cell, CellSpan span, string written)
    {
        if (!features.TryGetValue(span.Column, out var feature))
            return null;
        var words = ColumnWords.Of(feature.ReadableName ?? feature.Name, feature.Unit);
        if (cell.Length == 0)
            return $"{words.Name}: missing, written as '{written}'";
        if (span.Level is { } level && feature.Scale is { } scale)
            return string.Create(CultureInfo.InvariantCulture, $"{words.Name}, level {level} of {NumberFormat.Levels}: ")
                + Range(scale, level, words);
        if (span.Coded && feature.Codes is { } codes)
            return codes.Letter(cell) == CategoryCodes.Other
                ? $"{words.Name}: '{cell}', one of the texts without a code of their own"
                : $"{words.Name}, code {written}: {Label(feature, cell)}";
        return feature.ValueLabels is { } labels && labels.TryGetValue(cell, out var label) && label != written
            ? $"{words.Name}: {label}"
            : null;
    }

    /// <summary>The meaning of an answer; null where the text says it itself.</summary>
    /// <param name="target">A class index, or the number.</param>
    /// <param name="written">The answer without its end mark.</param>
    public string? OfAnswer(double target, string written)
    {
        var words = ColumnWords.Of(prompts.State.TargetReadableName ?? prompts.State.TargetName, null);
        if (prompts.State.Labels.Count > 0)
        {
            var label = prompts.State.LabelTexts?[(int)target] ?? prompts.State.Labels[(int)target];
            return label == written ? null : $"{words.Name}: {label}";
        }
        if (prompts.State.Target is not { } scale)
            return null;
        var half = scale.Precision;
        var middle = scale.Value(scale.LevelsOf(target));
        var step = 2 * half;
        return $"{words.Name}: {Number(middle - half, step)}–{Number(middle + half, step)}";
    }

    /// <summary>The numbers that become a level; the outermost levels are open.</summary>
    static string Range(ColumnScale scale, int level, ColumnWords words)
    {
        // Equal numbers have a scale of width 1 that no number fills.
        var step = scale.Value(1) - scale.Value(0);
        var (low, high) = (scale.Value(level) - step / 2, scale.Value(level) + step / 2);
        if (level == 0)
            return "below " + words.With(Number(high, step));
        if (level == NumberFormat.Levels - 1)
            return words.With(Number(low, step)) + " and above";
        return words.Unit is "$" or "€" or "£" or "¥"
            ? $"{words.With(Number(low, step))}–{words.With(Number(high, step))}"
            : words.With($"{Number(low, step)}–{Number(high, step)}");
    }

    static string Label(PromptFeature feature, string cell) =>
        feature.ValueLabels is { } labels && labels.TryGetValue(cell, out var label) ? $"{cell} ({label})" : cell;

    /// <summary>A number with as many digits as tell neighbouring steps apart.</summary>
    static string Number(double value, double step)
    {
        const int mostPlaces = 12;
        if (!(step > 0) || Math.Abs(value) >= 1e15)
            return value.ToString("G6", CultureInfo.InvariantCulture);
        var places = (int)Math.Ceiling(-Math.Log10(step));
        if (places > mostPlaces)
            return value.ToString("G6", CultureInfo.InvariantCulture);
        var text = value.ToString("F" + Math.Max(0, places).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.Trim('-', '0', '.').Length == 0 ? text.TrimStart('-') : text;
    }
}
