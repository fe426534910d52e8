using System.Globalization;
using System.Text.RegularExpressions;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// Parses an answer's text. It tolerates what language models add: a repeated prompt, other letter case, spaces, words around a number. A
/// text that it cannot parse becomes <see cref="Answer.Illegible"/>.
/// </summary>
sealed partial class AnswerReader(PromptState state, IReadOnlyList<string> written)
{
    public Answer Read(string text, string? prompt = null)
    {
        var answer = prompt is { Length: > 0 } && text.StartsWith(prompt, StringComparison.Ordinal) ? text[prompt.Length..] : text;
        // If the prompt is not given, the answer starts after the last prompt separator in the text, unless nothing follows it.
        if (
            prompt is null
            && answer.LastIndexOf(Separators.Prompt, StringComparison.Ordinal) is var mark and >= 0
            && answer[(mark + Separators.Prompt.Length)..].Trim().Length > 0
        )
            answer = answer[(mark + Separators.Prompt.Length)..];
        var end = answer.IndexOf(Separators.Completion, StringComparison.Ordinal);
        answer = (end >= 0 ? answer[..end] : answer).Trim();
        return (state.Task == TaskKind.Classification ? ReadClass(answer) : ReadNumber(answer) as Answer) ?? new Answer.Illegible(text);
    }

    Answer.Class? ReadClass(string answer) =>
        Exact(answer, StringComparison.Ordinal)
        ?? Exact(answer, StringComparison.OrdinalIgnoreCase)
        ?? (answer.Trim('@', '#', '.', '"', '\'', ' ') is var stripped ? Exact(Head(stripped), StringComparison.OrdinalIgnoreCase) : null)
        ?? FirstInteger(answer);

    /// <summary>The whole answer is one label, as completions write it or as the table names it.</summary>
    Answer.Class? Exact(string answer, StringComparison comparison)
    {
        for (var i = 0; i < written.Count; i++)
            if (string.Equals(written[i], answer, comparison))
                return new Answer.Class(i);
        for (var i = 0; i < state.Labels.Count; i++)
            if (string.Equals(state.Labels[i], answer, comparison))
                return new Answer.Class(i);
        return null;
    }

    /// <summary>The text before a damaged end mark ("unacceptable@@### acceptable").</summary>
    static string Head(string answer) => answer.AsSpan().IndexOfAny('@', '#') is var at and >= 0 ? answer[..at].Trim() : answer;

    /// <summary>"class 2", "2.0": the first number in the text, if classes are written as integers.</summary>
    Answer.Class? FirstInteger(string answer)
    {
        if (FirstNumberPattern().Match(answer) is not { Success: true } match)
            return null;
        var value = Column.ParseNumber(match.Value);
        for (var i = 0; i < written.Count; i++)
            if (int.TryParse(written[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) && code == value)
                return new Answer.Class(i);
        return null;
    }

    Answer.Number? ReadNumber(string answer)
    {
        if (state.Target is { } scale)
        {
            var levels = new List<int>(scale.Count);
            var next = 0;
            foreach (Match level in LevelPattern().Matches(answer))
            {
                if (levels.Count == scale.Count || (levels.Count > 0 && level.Index != next))
                    break;
                levels.Add(int.Parse(level.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));
                next = level.Index + level.Length;
            }
            return levels.Count == 0 ? null : new Answer.Number(scale.Value([.. levels]));
        }
        return
            FirstNumberPattern().Match(answer) is { Success: true } match
            && Column.ParseNumber(match.Value) is var value
            && double.IsFinite(value)
            ? new Answer.Number(value)
            : null;
    }

    [GeneratedRegex(@"<(\d\d)>", RegexOptions.CultureInvariant)]
    private static partial Regex LevelPattern();

    [GeneratedRegex(@"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex FirstNumberPattern();
}
