namespace LiftLab.Engine.Prompts.Answers;

/// <summary>
/// Parses an answer's text. It tolerates what language models add: a repeated prompt, other letter case, spaces, words around a number. A
/// text that it cannot parse becomes <see cref="Answer.Illegible"/>.
/// </summary>
sealed class AnswerReader(AnswerText answers)
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
        return answers.Read(answer) ?? new Answer.Illegible(text);
    }
}
