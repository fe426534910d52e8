using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Token ids of prompts and of the answers that may follow them, tokenised together as in training. Where a tokenizer merges the end of a
/// prompt with the start of an answer, the merged tokens belong to the answers and are left out of the prompt.
/// </summary>
sealed class AnswerTokens
{
    readonly Tokenizer tokenizer;
    readonly int spanned;

    /// <param name="prompt">Any prompt of the template: all have the same end.</param>
    /// <param name="answers">The answers with the joint before them and the end mark; for open answers some examples.</param>
    public AnswerTokens(Tokenizer tokenizer, string prompt, IReadOnlyList<string> answers)
    {
        this.tokenizer = tokenizer;
        var alone = tokenizer.EncodePrompt(prompt).Length;
        var all = answers.Select(a => tokenizer.EncodeTogether(prompt, a)).ToArray();
        var kept = all.Min(a => a.Prompt.Length);
        spanned = alone - kept;
        Answers = [.. all.Select(a => (int[])[.. a.Prompt[kept..], .. a.Answer])];
    }

    /// <summary>In the order of the given answers.</summary>
    public IReadOnlyList<int[]> Answers { get; }

    public int LongestAnswer => Answers.Max(a => a.Length);

    /// <summary>The ids of a prompt, to be followed by one of the answers.</summary>
    public int[] Prompt(string text)
    {
        var ids = tokenizer.EncodePrompt(text);
        return spanned == 0 ? ids : ids[..Math.Max(1, ids.Length - spanned)];
    }
}
