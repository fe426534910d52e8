namespace LiftLab.Engine.Learning;

/// <summary>
/// Derives seeds from a seed, equal in every process and on every machine (unlike <see cref="HashCode"/>). All seeds are derived here.
/// New code uses <see cref="At(string)"/> and <see cref="At(long)"/>; the methods named after a purpose keep the formulas with which
/// published results and stored models were computed.
/// </summary>
public readonly record struct SeedStream(int Seed)
{
    // Prime constants of xxHash32, used to spread bits.
    const uint First = 2654435761u;
    const uint Second = 2246822519u;
    const uint Third = 3266489917u;
    const uint Fourth = 374761393u;

    public static SeedStream From(int seed) => new(seed);

    public Random Random() => new(Seed);

    /// <summary>The stream of a name (FNV-1a, 32 bits). Not negative.</summary>
    public SeedStream At(string name)
    {
        var hash = 2166136261u ^ (uint)Seed;
        foreach (var c in name)
            hash = (hash ^ c) * 16777619u;
        return new((int)(hash & 0x7FFFFFFF));
    }

    /// <summary>The stream of a number (splitmix64, Steele, Lea and Flood 2014). Not negative.</summary>
    public SeedStream At(long number)
    {
        var z = unchecked(((ulong)(uint)Seed << 32) + (ulong)number * 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return new((int)((z ^ (z >> 31)) & 0x7FFFFFFF));
    }

    /// <summary>Seed of the order of rows in an epoch.</summary>
    public SeedStream Epoch(int epoch) => new(unchecked((int)(((uint)Seed * First) ^ ((uint)epoch * Second + Fourth))));

    /// <summary>Seed of the order of prompts in a pass over the training rows.</summary>
    public SeedStream PromptOrder(int pass) => Prompt(pass, 1);

    /// <summary>Seed of the random parts of a training step's prompts: noise, column order, omitted cells.</summary>
    public SeedStream PromptStep(int step) => Prompt(step, 2);

    SeedStream Prompt(int number, int purpose) =>
        new(unchecked((int)(((uint)Seed * First) ^ ((uint)number * Second) ^ ((uint)purpose * Third))));

    /// <summary>Seed of one of the models that a recipe averages.</summary>
    public SeedStream Member(int member) => new(unchecked(Seed * 1_000 + member));

    /// <summary>Seed of one of the contexts that an in-context prediction averages.</summary>
    public SeedStream Context(int number) => new(unchecked((Seed * 92821) ^ (int)((uint)number * First)));

    /// <summary>Seed of a training sequence of pretraining.</summary>
    public SeedStream Sequence(long number) => new(unchecked((int)(number * First + Seed)));
}
