using System.Globalization;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
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

    public Tokenizer Tokenizer => tokenizer;

    /// <summary>The same model with other prompts; it belongs to this object.</summary>
    public PromptedModel With(TablePrompts other) => new(model, tokenizer, other, recipe);

    public AnswerSheet Answers { get; } = AnswerSheet.Of(prompts);

    /// <summary>Whether answers are a distribution over all candidates instead of generated text.</summary>
    public bool HasDistribution => recipe.Decode == DecodingMode.Labels && Answers.IsClosed;

    /// <summary>The answer for a row whose prompt does not fit into the model's context.</summary>
    public Prediction.Unreadable TooLong { get; } =
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"too long: the prompt does not fit into the model's context of {model.Config.MaxPositions} tokens"
            )
        );

    /// <summary>
    /// Probabilities of the classes, or of the coarsest levels of a number, averaged over column orders; null for a row whose prompt is too
    /// long. Shape (rows)(classes or 100 levels).
    /// </summary>
    public double[]?[] Distributions(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default)
    {
        if (rows.Count == 0)
            return [];
        double[]?[]? sum = null;
        foreach (var order in orders)
        {
            string[] texts = [.. rows.Select(r => order.Prompt(table, r))];
            var tokens = new AnswerTokens(tokenizer, texts[0], Answers.Texts);
            var asked = new AskedPrompts(texts, tokens, model.Config.MaxPositions - tokens.LongestAnswer);
            var shares = new LabelScorer(model, tokens.Answers, tokensAtOnce)
                .Score(asked.Ids, cancel)
                .Select(LabelScorer.Probabilities)
                .ToArray();
            sum ??= [.. asked.Places.Select(_ => new double[tokens.Answers.Count])];
            for (var i = 0; i < rows.Count; i++)
                if (asked.Places[i] is not { } place)
                    sum[i] = null;
                else if (sum[i] is { } into)
                    for (var k = 0; k < into.Length; k++)
                        into[k] += shares[place][k] / orders.Length;
        }
        return sum!;
    }

    /// <summary>Answers as text; several per row if the recipe samples, null for a row whose prompt is too long.</summary>
    /// <param name="before">Number of rows before these: the random draws of an answer depend on the row's place among all.</param>
    public IReadOnlyList<Generated[]?> Texts(
        Table table,
        IReadOnlyList<int> rows,
        DecodingMode mode,
        int seed,
        int before = 0,
        CancellationToken cancel = default
    )
    {
        if (rows.Count == 0)
            return [];
        string[] texts = [.. rows.Select(r => prompts.Prompt(table, r))];
        var tokens = new AnswerTokens(tokenizer, texts[0], Answers.Texts);
        var samples = mode == DecodingMode.Sample ? recipe.Samples : 1;
        var decoding = new Decoding(
            EndMark + Answers.LongestAnswer(tokens),
            mode == DecodingMode.Sample ? recipe.Temperature : 0,
            mode == DecodingMode.Sample ? 50 : null,
            Seed: seed
        );
        int[][] ids = [.. texts.Select(tokens.Prompt)];
        bool[] fits = [.. ids.Select(p => p.Length + decoding.MaxTokens <= model.Config.MaxPositions)];
        int[][] asked = [.. ids.Where((_, i) => fits[i]).SelectMany(p => Enumerable.Repeat(p, samples))];
        int[] places =
        [
            .. Enumerable.Range(0, rows.Count).Where(i => fits[i]).SelectMany(i => Enumerable.Range((before + i) * samples, samples)),
        ];
        var written = new Queue<Generated[]>(
            new AnswerGenerator(model, tokenizer, tokensAtOnce, Answers.AreListed ? tokens.Answers : null)
                .Generate(asked, decoding, places, cancel)
                .Chunk(samples)
        );
        return [.. fits.Select(f => f ? written.Dequeue() : null)];
    }

    /// <summary>The question about a row with its tokens.</summary>
    public AskedWords Words(Table table, int row)
    {
        var placed = prompts.PromptWithPlaces(table, row);
        var tokens = new AnswerTokens(tokenizer, placed.Text, Answers.Texts);
        return new(
            placed.Text,
            [.. placed.Cells.Select(c => new AskedWords.Cell(c.Column, c.Start, c.Length))],
            [
                .. tokenizer.Begin.Select(id => new AskedWords.Token(id, 0, 0)),
                .. tokenizer.Ranges(placed.Text).Select(t => new AskedWords.Token(t.Id, t.Start, t.Length)),
            ],
            model.Config.MaxPositions - (HasDistribution ? tokens.LongestAnswer : EndMark + Answers.LongestAnswer(tokens))
        );
    }

    public void Dispose() => model.Dispose();
}
