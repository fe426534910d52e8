namespace LiftLab.Engine.Tokens;

/// <summary>All settings of a byte pair encoding tokenizer, independent of the file format.</summary>
sealed record BpeRecipe
{
    public required string Name { get; init; }
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Merge rules "left right", in order of priority.</summary>
    public required IReadOnlyList<string> Merges { get; init; }

    /// <summary>Whether tokens are byte strings in <see cref="ByteAlphabet"/> instead of strings of characters.</summary>
    public required bool ByteLevel { get; init; }

    /// <summary>A word that is in the vocabulary becomes one token without applying merges.</summary>
    public bool WholeWordsFirst { get; init; }

    /// <summary>A character that is not in the vocabulary becomes the tokens "&lt;0x00&gt;" to "&lt;0xFF&gt;" of its bytes.</summary>
    public bool ByteFallback { get; init; }
    public string? Unknown { get; init; }

    /// <summary>Adjacent unknown characters become one unknown token.</summary>
    public bool FuseUnknown { get; init; }
    public IReadOnlyList<AddedToken> Added { get; init; } = [];
    public IReadOnlyList<NormaliserStep> Normaliser { get; init; } = [];
    public IReadOnlyList<SplitterStep> Splitter { get; init; } = [];
    public IReadOnlyList<DecoderStep> Decoder { get; init; } = [];

    /// <summary>Tokens that precede every text, as in the model's training.</summary>
    public IReadOnlyList<int> Begin { get; init; } = [];
    public int? EndOfText { get; init; }
    public int? Pad { get; init; }

    /// <summary>Ids above this would allocate tables without need: the largest published vocabularies have 300,000 tokens.</summary>
    const int LargestId = 10_000_000;

    /// <exception cref="TokenizerFileException">Ids are impossible, or one belongs to two texts.</exception>
    public void Check()
    {
        var owners = new Dictionary<int, string>(Vocabulary.Count);
        foreach (var (text, id) in Vocabulary)
            if (!owners.TryAdd(id, text))
                throw Broken($"the tokens '{owners[id]}' and '{text}' have the same id {id}");
        if (
            Vocabulary.Values.Concat(Added.Select(t => t.Id)).Concat(Begin).FirstOrDefault(id => id is < 0 or > LargestId)
            is var wrong
                and not 0
        )
            throw Broken($"a token has the id {wrong}");
    }

    static TokenizerFileException Broken(string what) =>
        new($"the tokenizer's vocabulary is broken: {what}", "Get the tokenizer's files again.");
}

/// <summary>A text that is always one token; found before the text is split.</summary>
/// <param name="Special">A control token of the model (such as end of text), not part of ordinary text.</param>
/// <param name="Normalised">Matched after normalisation.</param>
/// <param name="SingleWord">Matches only if no letter, digit or underscore is adjacent.</param>
/// <param name="TakesLeft">The token includes preceding white space.</param>
/// <param name="TakesRight">The token includes following white space.</param>
sealed record AddedToken(
    int Id,
    string Text,
    bool Special,
    bool Normalised = false,
    bool SingleWord = false,
    bool TakesLeft = false,
    bool TakesRight = false
);
