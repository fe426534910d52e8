using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// An answer that is being written: its prompt, its tokens so far and its own random numbers, whichever way the tokens are computed.
/// </summary>
/// <param name="prompt">Token ids.</param>
/// <param name="row">The prompt's place, which its draws depend on.</param>
sealed class UnfinishedAnswer(int[] prompt, int row, Decoding decoding)
{
    /// <summary>Tokens that are read as text to find the end mark, which may begin in any of them.</summary>
    const int EndWithin = 8;

    readonly TokenSampler sampler = new(decoding, row);
    double logProbability;
    bool ownEnd,
        ended;

    public List<int> Tokens { get; } = [];

    /// <summary>The end mark is written, or as many tokens as there may be.</summary>
    public bool IsDone => ended || Tokens.Count >= decoding.MaxTokens;

    /// <summary>All that the next token depends on.</summary>
    public int[] Context => Tokens.Count == 0 ? prompt : [.. prompt, .. Tokens];

    public void Draw(ReadOnlySpan<float> logits, Tokenizer tokenizer)
    {
        var (token, log) = sampler.Draw(logits);
        Take(token, log, tokenizer);
    }

    public void Take(int token, double log, Tokenizer tokenizer)
    {
        logProbability += log;
        if (token == tokenizer.EndOfText)
        {
            ended = ownEnd = true;
            return;
        }
        Tokens.Add(token);
        // by text, not by ids: a byte-pair model may spell the end mark in several ways
        ended = tokenizer
            .Decode(Tokens.Count <= EndWithin ? Tokens : Tokens[^EndWithin..])
            .Contains(Tokenizer.AnswerEnd, StringComparison.Ordinal);
    }

    public Generated Finished(Tokenizer tokenizer)
    {
        var text = tokenizer.Decode(Tokens);
        var end = text.IndexOf(Tokenizer.AnswerEnd, StringComparison.Ordinal);
        return new(end < 0 ? text : text[..end], end >= 0 || ownEnd, logProbability);
    }
}
