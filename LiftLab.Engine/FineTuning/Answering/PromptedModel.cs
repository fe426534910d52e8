using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// A language model with the prompts it was trained on: answers prompts for table rows and parses the answers. All calls must come from one
/// dedicated thread (see <see cref="TorchThread"/>).
/// </summary>
sealed class PromptedModel(LanguageModel model, Tokenizer tokenizer, TablePrompts prompts, FineTune recipe) : IDisposable
{
    /// <summary>Extra tokens allowed beyond the longest answer, for the end mark.</summary>
    const int EndMark = 4;

    readonly TablePrompts[] orders = ColumnOrders.Of(prompts, recipe.ColumnOrders);
    readonly int tokensAtOnce = MemoryFit.AnswerTokens(
        model.Config,
        model.Dtype == TorchSharp.torch.ScalarType.Float32 ? sizeof(float) : 2,
        DeviceMemory.Of(model.Device).Bytes,
        model.WeightBytes
    );

    public LanguageModel Model => model;

    public AnswerSheet Answers { get; } = AnswerSheet.Of(prompts);

    /// <summary>Whether answers are a distribution over all candidates instead of generated text.</summary>
    public bool HasDistribution => recipe.Decode == DecodingMode.Labels && Answers.IsClosed;

    /// <summary>
    /// Probabilities of the classes, or of the coarsest levels of a number, averaged over column orders. Shape (rows)(classes or 100
    /// levels).
    /// </summary>
    public double[][] Distributions(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default)
    {
        var scorer = new LabelScorer(model, Answers.Candidates(tokenizer), tokensAtOnce);
        double[][]? sum = null;
        foreach (var order in orders)
        {
            // equal prompts are scored once: a decision-boundary grid contains many
            var places = new Dictionary<string, int>(StringComparer.Ordinal);
            var asked = new List<int[]>();
            var place = new int[rows.Count];
            for (var i = 0; i < rows.Count; i++)
            {
                var text = order.Prompt(table, rows[i]);
                if (!places.TryGetValue(text, out place[i]))
                {
                    places[text] = place[i] = asked.Count;
                    asked.Add(tokenizer.EncodePrompt(text));
                }
            }
            var shares = scorer.Score(asked, cancel).Select(LabelScorer.Probabilities).ToArray();
            sum ??= [.. place.Select(p => new double[shares[p].Length])];
            for (var i = 0; i < rows.Count; i++)
            for (var k = 0; k < sum[i].Length; k++)
                sum[i][k] += shares[place[i]][k] / orders.Length;
        }
        return sum ?? [];
    }

    /// <summary>Answers as text; several per row if the recipe samples.</summary>
    public IReadOnlyList<Generated[]> Texts(
        Table table,
        IReadOnlyList<int> rows,
        DecodingMode mode,
        int seed,
        CancellationToken cancel = default
    )
    {
        var samples = mode == DecodingMode.Sample ? recipe.Samples : 1;
        var asked = rows.SelectMany(r => Enumerable.Repeat(tokenizer.EncodePrompt(prompts.Prompt(table, r)), samples)).ToArray();
        var decoding = new Decoding(
            EndMark + Answers.LongestAnswer(tokenizer),
            mode == DecodingMode.Sample ? recipe.Temperature : 0,
            mode == DecodingMode.Sample ? 50 : null,
            Seed: seed
        );
        var drafts = Answers.Drafts(tokenizer);
        return [.. new AnswerGenerator(model, tokenizer, tokensAtOnce, drafts).Generate(asked, decoding, cancel).Chunk(samples)];
    }

    public void Dispose() => model.Dispose();
}
