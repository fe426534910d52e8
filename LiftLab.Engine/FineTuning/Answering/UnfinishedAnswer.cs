using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>The state of an answer being generated: its prompt, its tokens so far and its own random stream.</summary>
/// <param name="prompt">Token ids.</param>
/// <param name="row">Index of the prompt; seeds the random stream.</param>
sealed class UnfinishedAnswer(int[] prompt, int row, Decoding decoding)
{
    /// <summary>Number of trailing tokens that are decoded to search for the end mark, which may begin inside any of them.</summary>
    const int EndWithin = 8;

    readonly TokenSampler sampler = new(decoding, row);
    double logProbability;
    bool ownEnd,
        ended;

    public List<int> Tokens { get; } = [];

    /// <summary>Whether the end mark was generated or the maximum number of tokens is reached.</summary>
    public bool IsDone => ended || Tokens.Count >= decoding.MaxTokens;

    /// <summary>Token ids of the prompt and of the answer so far.</summary>
    public int[] Context => Tokens.Count == 0 ? prompt : [.. prompt, .. Tokens];

    /// <summary>The next draw of the answer's own random stream.</summary>
    public TokenDraw NextDraw() => sampler.Next();

    public int? TopK => decoding.TopK;

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
        // compare text, not ids: a byte-pair tokenizer can split the end mark in several ways
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
