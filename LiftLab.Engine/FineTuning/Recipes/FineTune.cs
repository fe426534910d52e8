using System.Text.Json.Serialization;
using LiftLab.Engine.Models.Memory;

namespace LiftLab.Engine.FineTuning.Recipes;

public enum FineTuneMethod
{
    /// <summary>Every weight of the model learns.</summary>
    Full,

    /// <summary>Low-rank adapters learn, the model stays as it is.</summary>
    Lora,
}

public enum DecodingMode
{
    /// <summary>The exact probability of every possible answer; the most probable one is the answer, and none is unreadable.</summary>
    Labels,

    /// <summary>The most probable token, one after the other, until the end mark.</summary>
    Greedy,

    /// <summary>Tokens drawn at a temperature, as in the paper.</summary>
    Sample,
}

/// <summary>How frozen weights lie in memory.</summary>
public enum Precision
{
    /// <summary>The most exact one that fits, see <see cref="MemoryFit"/>.</summary>
    Auto,
    Float32,
    Bfloat16,

    /// <summary>The paper's: a byte a weight, one scale for every 4096.</summary>
    Int8,

    /// <summary>Half a byte a weight, one scale for every 64.</summary>
    Nf4,
}

public enum Recomputation
{
    /// <summary>Where memory asks for it.</summary>
    Auto,
    Never,
    Always,
}

/// <summary>How LIFT is fine-tuned and asked: the recipe. Presets by intent are in <see cref="FineTunePresets"/>.</summary>
public sealed record FineTune
{
    /// <summary>The preset it started from.</summary>
    public string Name { get; init; } = "own";

    /// <summary>
    /// Peak learning rate of AdamW, reached after <see cref="WarmupSteps"/> and falling to 0 at the end by <see cref="Schedule"/>.
    /// </summary>
    public double LearningRate { get; init; } = 1e-4;

    public int WarmupSteps { get; init; } = 6;

    /// <summary>Passes over the training rows at most; the best one on the validation rows is kept.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Where greater, epochs are added until so many steps are planned: small tables need more passes.</summary>
    public int MinimumSteps { get; init; }

    /// <summary>
    /// Where greater than 0, epochs are cut (never below 2) so that no more steps are planned: large tables need fewer passes.
    /// </summary>
    public int MaximumSteps { get; init; }

    /// <summary>Rows a step.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>
    /// Times that <see cref="BatchSize"/> grows at most where a table has fewer than <see cref="FullBlurFeatures"/> features, in proportion
    /// to how many are
    /// missing: a row of few cells says little and costs little, and a curve wants the noise of its rows averaged. Never beyond a quarter
    /// of the
    /// training rows: with very few of them small steps were measured to be better (decision record 024).
    /// </summary>
    public double BatchGrowth { get; init; } = 1;

    /// <summary>Decoupled, on weights of two dimensions.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Largest norm of all gradients together; 0 for no limit, as in the paper.</summary>
    public double GradientClip { get; init; }

    /// <summary>How the learning rate falls after the warm-up; the paper's falls linearly.</summary>
    public Decay Schedule { get; init; } = Decay.Linear;

    /// <summary>Training ends when so many validations in a row brought nothing better; 0 for never.</summary>
    public int Patience { get; init; }

    public FineTuneMethod Method { get; init; } = FineTuneMethod.Lora;

    /// <summary>How frozen weights lie in memory (method lora); a full fine-tune needs float32.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Whether layers are computed again on the way back instead of being kept: less memory, a third more time.</summary>
    public Recomputation Recompute { get; init; } = Recomputation.Auto;

    /// <summary>
    /// Most tokens, padding counted, that go through the model at once; a step of more is cut and its gradients added up. 0: as many as
    /// fit.
    /// </summary>
    public int TokensAtOnce { get; init; }

    /// <summary>What the optimizer keeps: two float32 numbers for each weight that learns, or two bytes.</summary>
    public OptimizerMemory Moments { get; init; } = OptimizerMemory.Adam;

    /// <summary>Rank of the adapters (method lora).</summary>
    public int LoraRank { get; init; } = 16;

    /// <summary>Share of the adapters' inputs that is set to 0 while training.</summary>
    public double LoraDropout { get; init; }

    /// <summary>Adapters change the direction of weights only, and their magnitudes learn apart (DoRA).</summary>
    public bool Dora { get; init; }

    /// <summary>Adapters are scaled by alpha / rank; null for a factor of 1, as in the paper.</summary>
    public double? LoraAlpha { get; init; }

    /// <summary>
    /// Layers that get adapters, by the end of their names, with commas between them; "all" for every linear layer, the head and the
    /// embedding, as in the paper.
    /// </summary>
    public string LoraTargets { get; init; } = "all";

    /// <summary><see cref="LoraTargets"/> one by one; null for all.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Targets =>
        LoraTargets == "all" ? null : LoraTargets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public DecodingMode Decode { get; init; } = DecodingMode.Labels;

    /// <summary>Of sampled decoding.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Answers drawn a row and averaged or voted over (sampled decoding).</summary>
    public int Samples { get; init; } = 1;

    /// <summary>
    /// Orders of the columns that training rows are written in, drawn anew for each row and epoch, and that answers are averaged over. 1:
    /// table order only.
    /// </summary>
    public int ColumnOrders { get; init; } = 1;

    /// <summary>
    /// Standard deviation, in steps of the coarsest level, of the noise that a scaled regression answer is trained with, so that near
    /// levels count as near.
    /// </summary>
    public double AnswerBlur { get; init; }

    /// <summary>
    /// Standard deviation, in levels, of the noise that scaled features are trained with. With fewer than <see cref="FullBlurFeatures"/>
    /// features it
    /// shrinks in proportion: where few numbers say everything, each must be exact.
    /// </summary>
    public double FeatureBlur { get; init; }

    /// <summary>
    /// Size of the noise on scaled features that has the covariance of like rows (of one class, or of near targets), in parts of their own
    /// spread; with few features it shrinks as <see cref="FeatureBlur"/> does, since a class that is a ring spreads over its middle. It
    /// needs prompts
    /// of one length.
    /// </summary>
    public double CovariantBlur { get; init; }

    /// <summary>
    /// The token embedding stays as it is (method full). Level tokens that learn go their own ways, each with the few rows that have it,
    /// and lose the order that they start with.
    /// </summary>
    public bool FrozenEmbedding { get; init; }

    /// <summary>
    /// Share of category cells that training rows lose, drawn anew for each row and pass: what noise is to levels. It needs prompts that
    /// write one token a cell.
    /// </summary>
    public double CategoryDrop { get; init; }

    /// <summary>Features from which on the whole of the noise is applied, and batches no longer grow.</summary>
    public const int FullBlurFeatures = 6;

    /// <summary>Models of different seeds that are trained and averaged.</summary>
    public int Members { get; init; } = 1;

    /// <summary>
    /// Where the base model has learned nothing yet, each further member begins at random weights of its own (method full), drawn as the
    /// base model's
    /// were with the next seeds. Models that begin alike err alike, and their average gains less (decision record 024).
    /// </summary>
    public bool OwnStarts { get; init; }

    /// <exception cref="ArgumentException">Everything that is out of its range, in one message.</exception>
    public void Check()
    {
        var wrong = new List<string>();
        void Demand(bool holds, string what)
        {
            if (!holds)
                wrong.Add(what);
        }
        Demand(LearningRate is > 0 and <= 1, "learningRate must be above 0 and at most 1");
        Demand(WarmupSteps >= 0, "warmupSteps must be 0 or more");
        Demand(Epochs is >= 1 and <= 10_000, "epochs must be 1 to 10000");
        Demand(MinimumSteps >= 0 && MaximumSteps >= 0, "minimumSteps and maximumSteps must be 0 or more");
        Demand(BatchSize is >= 1 and <= 4096, "batchSize must be 1 to 4096");
        Demand(BatchGrowth is >= 1 and <= 64, "batchGrowth must be 1 to 64");
        Demand(WeightDecay is >= 0 and < 1, "weightDecay must be at least 0 and below 1");
        Demand(GradientClip >= 0, "gradientClip must be 0 or more");
        Demand(LoraRank is >= 1 and <= 1024, "loraRank must be 1 to 1024");
        Demand(LoraDropout is >= 0 and < 1, "loraDropout must be at least 0 and below 1");
        Demand(TokensAtOnce >= 0, "tokensAtOnce must be 0 or more");
        Demand(Patience >= 0, "patience must be 0 or more");
        Demand(
            Method == FineTuneMethod.Lora || Precision is Precision.Auto or Precision.Float32,
            "precision must be auto or float32 where every weight learns (method full): weights of few bits cannot take small steps"
        );
        Demand(Method == FineTuneMethod.Lora || !Dora, "dora is a kind of adapter and needs method lora");
        Demand(Temperature is > 0 and <= 10, "temperature must be above 0 and at most 10");
        Demand(Samples is >= 1 and <= 1000, "samples must be 1 to 1000");
        Demand(ColumnOrders is >= 1 and <= 64, "columnOrders must be 1 to 64");
        Demand(Members is >= 1 and <= 16, "members must be 1 to 16");
        Demand(CategoryDrop is >= 0 and < 1, "categoryDrop must be at least 0 and below 1");
        Demand(AnswerBlur >= 0 && FeatureBlur >= 0 && CovariantBlur >= 0, "answerBlur, featureBlur and covariantBlur must be 0 or more");
        if (wrong.Count > 0)
            throw new ArgumentException($"the recipe cannot be used: {string.Join("; ", wrong)}");
    }

    /// <summary>
    /// The noise for a table of so many features: on each, in levels, and on like rows together, in parts of their spread.
    /// </summary>
    public (double Each, double Together) BlurFor(int features)
    {
        var share = Math.Min(1, (double)features / FullBlurFeatures);
        return (FeatureBlur * share, CovariantBlur * share);
    }

    /// <summary>
    /// The recipe for a table of so many features and training rows, its batch grown; the same again where it has been asked for before.
    /// </summary>
    public FineTune For(int features, int rows)
    {
        var grown = (int)Math.Round(BatchSize * Math.Clamp((double)FullBlurFeatures / Math.Max(1, features), 1, BatchGrowth));
        return this with { BatchSize = Math.Max(BatchSize, Math.Min(grown, rows / 4)), BatchGrowth = 1 };
    }

    /// <summary>Passes over <paramref name="rows"/> training rows that this recipe makes.</summary>
    public int EpochsFor(int rows)
    {
        var perEpoch = Math.Max(1, StepsPerPass(rows));
        var epochs = Math.Max(Epochs, (MinimumSteps + perEpoch - 1) / perEpoch);
        return MaximumSteps > 0 ? Math.Min(epochs, Math.Max(2, MaximumSteps / perEpoch)) : epochs;
    }

    /// <summary>Steps of one pass over <paramref name="rows"/> training rows.</summary>
    public int StepsPerPass(int rows) => (rows + BatchSize - 1) / BatchSize;
}
