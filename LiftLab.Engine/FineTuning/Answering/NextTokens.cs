using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>Reads vectors as scores over the vocabulary and lets answers take their next tokens from them.</summary>
sealed class NextTokens(LanguageModel model, Tokenizer tokenizer, bool greedy)
{
    /// <param name="hidden">(n, D) after the final norm.</param>
    /// <param name="which">For each answer the vector that it takes from.</param>
    public void Take(IReadOnlyList<UnfinishedAnswer> answers, Tensor hidden, IReadOnlyList<int> which)
    {
        using var scope = NewDisposeScope();
        var logits = model.Head(hidden).to(ScalarType.Float32);
        if (greedy)
        {
            // the likeliest token and its share are found where the logits are: two numbers a row come back and not the vocabulary
            var (top, tokens) = logits.max(1);
            var (best, logs) = (tokens.cpu().data<long>().ToArray(), (top - logits.logsumexp(1)).cpu().data<float>().ToArray());
            for (var r = 0; r < answers.Count; r++)
                answers[r].Take((int)best[which[r]], logs[which[r]], tokenizer);
            return;
        }
        var all = logits.cpu().contiguous().data<float>().ToArray();
        var vocabulary = (int)logits.shape[1];
        for (var r = 0; r < answers.Count; r++)
            answers[r].Draw(all.AsSpan(which[r] * vocabulary, vocabulary), tokenizer);
    }
}
