using System.Text.Json;
using System.Text.Json.Serialization;
using LiftLab.Engine.Models;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// How a base model is made: its size, the start of its weights, and the stages of its curriculum. The whole content of <c>recipe.json</c>.
/// </summary>
public sealed record PretrainRecipe
{
    public string Name { get; init; } = "lift-mini";
    public int Seed { get; init; } = 1;

    public int Width { get; init; } = 64;
    public int Layers { get; init; } = 2;
    public int Heads { get; init; } = 8;

    /// <summary>Dimensions of each head that turn with the position.</summary>
    public int Rotary { get; init; } = 8;
    public double RotaryBase { get; init; } = 100;

    /// <summary>Longest sequence, in tokens.</summary>
    public int Context { get; init; } = 1024;

    /// <summary>Standard deviation of the first weights.</summary>
    public double Deviation { get; init; } = 0.1;

    /// <summary>
    /// Standard deviation of the first token vectors; 0 for that of the other weights. Greater than what the first blocks add, it lets
    /// later layers still see the tokens.
    /// </summary>
    public double TokenDeviation { get; init; }

    /// <summary>Whether level tokens start with an ordinal code (sines and cosines of the level) instead of at random.</summary>
    public bool OrdinalLevels { get; init; } = true;

    /// <summary>
    /// How fast the ordinal code's amplitudes fall with frequency, as 1 / frequency to this power: greater makes more levels look alike.
    /// </summary>
    public double OrdinalDecay { get; init; } = Initialisation.RoughDecay;

    /// <summary>Columns that have level tokens of their own, each with the ordinal code turned its own way. In sequences of rows, also the
    /// cells that every
    /// row has: narrower tables repeat theirs, wider ones show some.</summary>
    public int LevelColumns { get; init; }

    /// <summary>
    /// Where above 0, the weights start as a kernel classifier of this sharpness (the logit between equal rows), see <see
    /// cref="KernelStart"/>.
    /// </summary>
    public double Kernel { get; init; }

    public double LearningRate { get; init; } = 1.5e-3;
    public int WarmupSteps { get; init; } = 100;
    public double WeightDecay { get; init; } = 0.01;
    public double GradientClip { get; init; } = 1;

    /// <summary>Tokens a step: as many sequences as fit, at least one.</summary>
    public int TokensPerStep { get; init; } = 2048;

    /// <summary>Steps in all; 0 writes the weights as they start.</summary>
    public int Steps { get; init; }

    /// <summary>Share of sequences that are drawn from an earlier stage.</summary>
    public double Rehearsal { get; init; } = 0.25;

    /// <summary>
    /// Easy first. Each stage lasts its share of the steps at most; where its loss falls low enough, the next begins at once.
    /// </summary>
    public IReadOnlyList<PretrainStage> Stages { get; init; } = [new()];

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <exception cref="FormatException">The file is no recipe; the message says what is wrong in it.</exception>
    public static PretrainRecipe Parse(string json)
    {
        try
        {
            var recipe = JsonSerializer.Deserialize<PretrainRecipe>(json, Json) ?? throw new FormatException("the recipe is empty");
            if (recipe.Width < 8 || recipe.Layers < 1 || recipe.Heads < 1 || recipe.Width % recipe.Heads != 0)
                throw new FormatException("width must be at least 8 and a multiple of heads");
            if (recipe.TokensPerStep < 1 || recipe.Steps < 0 || recipe.Stages.Count == 0)
                throw new FormatException("tokensPerStep must be 1 or more, steps 0 or more, and there must be a stage");
            if (recipe.Kernel > 0 && !KernelStart.Suits(recipe))
                throw new FormatException($"a kernel start needs {KernelStart.Needs}");
            return recipe;
        }
        catch (JsonException e)
        {
            throw new FormatException($"the recipe cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What the weights are before the first step, where they are no kernel classifier.</summary>
    public FirstWeights FirstWeights() => new(Seed, Deviation, TokenDeviation, OrdinalLevels, OrdinalDecay);

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>One stage of the curriculum.</summary>
public sealed record PretrainStage
{
    /// <summary>Share of all steps.</summary>
    public double Share { get; init; } = 1;

    /// <summary>
    /// Where above 0: the stage is over once the loss is below so much of the labels' entropy. At 1 nothing is learned from the rows
    /// before.
    /// </summary>
    public double EndsBelow { get; init; }

    /// <summary>Tokens of a sequence of rows.</summary>
    public int SequenceTokens { get; init; } = 256;

    /// <summary>Share of sequences in which rows appear again, so that copying is learned first.</summary>
    public double Repeats { get; init; }

    /// <summary>
    /// Share of sequences whose rows are neighbours of each other in a larger table, as half of the contexts are that prediction draws.
    /// </summary>
    public double Neighbours { get; init; }
    public PriorLimits Tables { get; init; } = new();
}
