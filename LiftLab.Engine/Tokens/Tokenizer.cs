namespace LiftLab.Engine.Tokens;

/// <summary>One token of a text, for looking at: where its bytes lie in the text's UTF-8 form.</summary>
/// <param name="Text">The token's own bytes as text; U+FFFD where they are part of a character.</param>
/// <param name="Start">Byte offset.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct Piece(int Id, string Text, int Start, int Length);

/// <summary>Text to token ids and back. Safe for concurrent use.</summary>
public abstract class Tokenizer
{
    /// <summary>Ends a prompt and starts the answer, as published.</summary>
    public const string PromptEnd = "###";

    /// <summary>Ends an answer, as published.</summary>
    public const string AnswerEnd = "@@@";

    /// <summary>The stable name in reports ("bytes", "gpt2").</summary>
    public abstract string Name { get; }

    /// <summary>One more than the largest id this tokenizer gives out. A model's own vocabulary may be larger, never smaller.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>Fills rows of a batch up to equal length; masked, so its meaning never matters.</summary>
    public abstract int PadId { get; }

    /// <summary>The ids of <see cref="PromptEnd"/>: one for the byte-level tokenizer, any number for others.</summary>
    public virtual IReadOnlyList<int> PromptEndIds => Encode(PromptEnd);

    /// <summary>The ids of <see cref="AnswerEnd"/>.</summary>
    public virtual IReadOnlyList<int> AnswerEndIds => Encode(AnswerEnd);

    /// <summary>
    /// What the model was trained to see in front of every text (Llama's "&lt;s&gt;"); <see cref="Encode"/> does not add it.
    /// </summary>
    public virtual IReadOnlyList<int> Begin => [];

    /// <summary>The model's own end of a text; null where it has none.</summary>
    public virtual int? EndOfText => null;

    /// <summary>The ids of a prompt, with <see cref="Begin"/> in front.</summary>
    public int[] EncodePrompt(string text) => Begin.Count == 0 ? Encode(text) : [.. Begin, .. Encode(text)];

    /// <summary>
    /// Number of ordered level tokens ("&lt;00&gt;" and up) that scaled numbers are written with; 0 where there are none.
    /// </summary>
    public virtual int Levels => 0;

    /// <summary>The id of level 0; the levels follow one another.</summary>
    public virtual int FirstLevelId => -1;

    /// <summary>
    /// Columns that have level tokens of their own ("&lt;3:07&gt;"); 0 where there are none. They follow the plain levels, column by
    /// column.
    /// </summary>
    public virtual int LevelColumns => 0;

    /// <summary>The token of a level in a column of its own; columns beyond the last start again at the first.</summary>
    /// <param name="column">From 0.</param>
    public int ColumnLevel(int column, int level) => FirstLevelId + (1 + column % LevelColumns) * Levels + level;

    /// <summary>The ids of a text. Nothing is added in front or behind.</summary>
    public abstract int[] Encode(string text);

    /// <summary>The text of ids. Bytes that are not UTF-8 (a cut character) become U+FFFD; padding becomes nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public abstract string Decode(IReadOnlyList<int> ids);

    /// <summary>The ids of a text, as <see cref="Encode"/> gives them, with the characters that each stands for.</summary>
    public virtual IReadOnlyList<TokenRange> Ranges(string text)
    {
        var places = new Utf8Places(text);
        return [.. Pieces(text).Select(p => places.Range(p.Id, p.Start, p.Length))];
    }

    /// <summary>The text's tokens with their places, in order and without gaps.</summary>
    public abstract IReadOnlyList<Piece> Pieces(string text);
}
