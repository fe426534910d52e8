using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>Computes logits from hidden states and appends the next token to each answer.</summary>
sealed class NextTokens(LanguageModel model, Tokenizer tokenizer, bool greedy)
{
    /// <param name="hidden">(n, D) after the final norm.</param>
    /// <param name="which">For each answer, the index of its row in <paramref name="hidden"/>.</param>
    public void Take(IReadOnlyList<UnfinishedAnswer> answers, Tensor hidden, IReadOnlyList<int> which)
    {
        using var scope = NewDisposeScope();
        var logits = model.Head(hidden).to(ScalarType.Float32);
        if (greedy)
        {
            // argmax and log-probability are computed on the device: two numbers per row are copied instead of the whole vocabulary
            var (top, tokens) = logits.max(1);
            var (best, logs) = (tokens.cpu().data<long>().ToArray(), (top - logits.logsumexp(1)).cpu().data<float>().ToArray());
            for (var r = 0; r < answers.Count; r++)
                answers[r].Take((int)best[which[r]], logs[which[r]], tokenizer);
            return;
        }
        if (logits.device_type == TorchSharp.DeviceType.CUDA)
        {
            // every answer has a row of its own, because equal prompts are drawn with different random numbers
            var rows = logits.index_select(0, Upload.Of([.. which.Select(w => (long)w)], logits.device));
            var (drawn, own) = DeviceSampling.Draw(rows, [.. answers.Select(a => a.NextDraw())], answers[0].TopK);
            for (var r = 0; r < answers.Count; r++)
                answers[r].Take((int)drawn[r], own[r], tokenizer);
            return;
        }
        var all = logits.cpu().contiguous().data<float>().ToArray();
        var vocabulary = (int)logits.shape[1];
        for (var r = 0; r < answers.Count; r++)
            answers[r].Draw(all.AsSpan(which[r] * vocabulary, vocabulary), tokenizer);
    }
}
