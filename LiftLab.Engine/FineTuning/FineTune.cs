namespace LiftLab.Engine.FineTuning;

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

/// <summary>How LIFT is fine-tuned and asked: the recipe. Presets by intent are in <see cref="FineTunePresets"/>.</summary>
public sealed record FineTune
{
    /// <summary>The preset it started from.</summary>
    public string Name { get; init; } = "own";

    /// <summary>Peak learning rate of AdamW, reached after <see cref="WarmupSteps"/> and falling linearly to 0 at the end.</summary>
    public double LearningRate { get; init; } = 1e-4;

    public int WarmupSteps { get; init; } = 6;

    /// <summary>Passes over the training rows at most; the best one on the validation rows is kept.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Where greater, epochs are added until so many steps are planned: small tables need more passes.</summary>
    public int MinimumSteps { get; init; }

    /// <summary>Where greater than 0, epochs are cut (never below 2) so that no more steps are planned: large tables need fewer passes.</summary>
    public int MaximumSteps { get; init; }

    /// <summary>Rows a step.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Decoupled, on weights of two dimensions.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Largest norm of all gradients together; 0 for no limit, as in the paper.</summary>
    public double GradientClip { get; init; }

    public FineTuneMethod Method { get; init; } = FineTuneMethod.Lora;

    /// <summary>Rank of the adapters (method lora).</summary>
    public int LoraRank { get; init; } = 16;

    /// <summary>Adapters are scaled by alpha / rank; null for a factor of 1, as in the paper.</summary>
    public double? LoraAlpha { get; init; }

    /// <summary>Layers that get adapters, by the end of their names, with commas between them; "all" for every linear layer, the head and the embedding, as in the paper.</summary>
    public string LoraTargets { get; init; } = "all";

    public DecodingMode Decode { get; init; } = DecodingMode.Labels;

    /// <summary>Of sampled decoding.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Answers drawn a row and averaged or voted over (sampled decoding).</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Orders of the columns that training rows are written in, drawn anew for each row and epoch, and that answers are averaged over. 1: table order only.</summary>
    public int ColumnOrders { get; init; } = 1;

    /// <summary>Standard deviation, in steps of the coarsest level, of the noise that a scaled regression answer is trained with, so that near levels count as near.</summary>
    public double AnswerBlur { get; init; }

    /// <summary>
    /// Standard deviation, in levels, of the noise that scaled features are trained with. With fewer than <see cref="FullBlurFeatures"/> features it
    /// shrinks in proportion: where few numbers say everything, each must be exact.
    /// </summary>
    public double FeatureBlur { get; init; }

    /// <summary>Features from which on the whole of <see cref="FeatureBlur"/> is applied.</summary>
    public const int FullBlurFeatures = 6;

    /// <summary>Models of different seeds that are trained and averaged.</summary>
    public int Members { get; init; } = 1;

    /// <exception cref="ArgumentException">Everything that is out of its range, in one message.</exception>
    public void Check()
    {
        var wrong = new List<string>();
        void Demand(bool holds, string what)
        {
            if (!holds) wrong.Add(what);
        }
        Demand(LearningRate is > 0 and <= 1, "learningRate must be above 0 and at most 1");
        Demand(WarmupSteps >= 0, "warmupSteps must be 0 or more");
        Demand(Epochs is >= 1 and <= 10_000, "epochs must be 1 to 10000");
        Demand(MinimumSteps >= 0 && MaximumSteps >= 0, "minimumSteps and maximumSteps must be 0 or more");
        Demand(BatchSize is >= 1 and <= 4096, "batchSize must be 1 to 4096");
        Demand(WeightDecay is >= 0 and < 1, "weightDecay must be at least 0 and below 1");
        Demand(GradientClip >= 0, "gradientClip must be 0 or more");
        Demand(LoraRank is >= 1 and <= 1024, "loraRank must be 1 to 1024");
        Demand(Temperature is > 0 and <= 10, "temperature must be above 0 and at most 10");
        Demand(Samples is >= 1 and <= 1000, "samples must be 1 to 1000");
        Demand(ColumnOrders is >= 1 and <= 64, "columnOrders must be 1 to 64");
        Demand(Members is >= 1 and <= 16, "members must be 1 to 16");
        Demand(AnswerBlur >= 0 && FeatureBlur >= 0, "answerBlur and featureBlur must be 0 or more");
        if (wrong.Count > 0) throw new ArgumentException($"the recipe cannot be used: {string.Join("; ", wrong)}");
    }

    /// <summary>The noise on features, in levels, for a table of so many.</summary>
    public double BlurFor(int features) => FeatureBlur * Math.Min(1, (double)features / FullBlurFeatures);

    /// <summary>Passes over <paramref name="rows"/> training rows that this recipe makes.</summary>
    public int EpochsFor(int rows)
    {
        var perEpoch = Math.Max(1, (rows + BatchSize - 1) / BatchSize);
        var epochs = Math.Max(Epochs, (MinimumSteps + perEpoch - 1) / perEpoch);
        return MaximumSteps > 0 ? Math.Min(epochs, Math.Max(2, MaximumSteps / perEpoch)) : epochs;
    }
}
