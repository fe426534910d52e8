namespace LiftLab.Engine.Tokens;

/// <summary>Everything a byte pair encoding tokenizer is made of, whichever files it came in.</summary>
sealed record BpeRecipe
{
    public required string Name { get; init; }
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>"left right", the earliest first to be merged.</summary>
    public required IReadOnlyList<string> Merges { get; init; }

    /// <summary>Tokens are byte strings in <see cref="ByteAlphabet"/>; otherwise they are strings of characters.</summary>
    public required bool ByteLevel { get; init; }

    /// <summary>A word that is itself a token is taken whole, whatever the merges would make of it.</summary>
    public bool WholeWordsFirst { get; init; }

    /// <summary>A character that is no token is written as the tokens "&lt;0x00&gt;" to "&lt;0xFF&gt;" of its bytes.</summary>
    public bool ByteFallback { get; init; }
    public string? Unknown { get; init; }

    /// <summary>Neighbouring unknown characters become one unknown token.</summary>
    public bool FuseUnknown { get; init; }
    public IReadOnlyList<AddedToken> Added { get; init; } = [];
    public IReadOnlyList<NormaliserStep> Normaliser { get; init; } = [];
    public IReadOnlyList<SplitterStep> Splitter { get; init; } = [];
    public IReadOnlyList<DecoderStep> Decoder { get; init; } = [];

    /// <summary>Tokens the model was trained to see in front of every text.</summary>
    public IReadOnlyList<int> Begin { get; init; } = [];
    public int? EndOfText { get; init; }
    public int? Pad { get; init; }
}

/// <summary>A text that is one token wherever it stands, found before anything else is done.</summary>
/// <param name="Special">A mark of the model's own (end of text), not part of the language.</param>
/// <param name="Normalised">Looked for after normalisation.</param>
/// <param name="SingleWord">Only where no letter or digit touches it.</param>
/// <param name="TakesLeft">White space in front of it belongs to it.</param>
/// <param name="TakesRight">White space behind it belongs to it.</param>
sealed record AddedToken(
    int Id,
    string Text,
    bool Special,
    bool Normalised = false,
    bool SingleWord = false,
    bool TakesLeft = false,
    bool TakesRight = false
);
