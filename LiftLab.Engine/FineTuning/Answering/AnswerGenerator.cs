using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Generates one text answer per prompt. Shared prompt prefixes and repeated prompts are computed once. If drafts are given, they are first
/// verified in the forward pass of the prompts (<see cref="DraftedAnswers"/>). Unfinished answers are then decoded in batches with a
/// key/value cache; finished rows leave the batch.
/// </summary>
/// <param name="tokenBudget">Maximum number of tokens in one batch, prompts and answers together.</param>
/// <param name="drafts">Possible answers, as token ids with their end mark; null for none. They affect the running time only, not the
/// answers.</param>
public sealed class AnswerGenerator(
    LanguageModel model,
    Tokenizer tokenizer,
    int tokenBudget = MemoryFit.MostAnswerTokens,
    IReadOnlyList<int[]>? drafts = null
)
{
    readonly DraftTree? tree = DraftTree.Of(drafts);

    /// <summary>
    /// Returns one answer per prompt, in prompt order. The random draws of an answer depend only on the seed and the index of the prompt,
    /// not on the batch.
    /// </summary>
    /// <param name="places">The index of each prompt among all that are asked; null where these are all.</param>
    public IReadOnlyList<Generated> Generate(
        IReadOnlyList<int[]> prompts,
        Decoding decoding,
        IReadOnlyList<int>? places = null,
        CancellationToken cancel = default
    )
    {
        UnfinishedAnswer[] answers = [.. prompts.Select((ids, i) => new UnfinishedAnswer(ids, places?[i] ?? i, decoding))];
        var next = new NextTokens(model, tokenizer, TokenSampler.IsGreedy(decoding));
        using var frozen = no_grad();
        var training = model.Training;
        model.Training = false;
        try
        {
            if (
                Unfinished() is { Length: > 0 } all
                && tree is not null
                && prompts.Max(p => p.Length) + tree.Depth <= model.Config.MaxPositions
            )
                new DraftedAnswers(model, tree, next, tokenBudget).Write(all, cancel);
            if (Unfinished() is { Length: > 0 } rest)
                new BatchedDecoding<UnfinishedAnswer>(model, tokenBudget, a => a.Context, a => a.Tokens[^1], a => !a.IsDone, next.Take).Run(
                    rest,
                    decoding.MaxTokens,
                    cancel
                );
        }
        finally
        {
            model.Training = training;
        }
        return [.. answers.Select(a => a.Finished(tokenizer))];

        UnfinishedAnswer[] Unfinished() => [.. answers.Where(a => !a.IsDone)];
    }
}
