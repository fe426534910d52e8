namespace LiftLab.Engine.Tokens;

/// <summary>One token of a text with its byte range in the text's UTF-8 form, for display.</summary>
/// <param name="Text">The token's bytes as text; incomplete characters become U+FFFD.</param>
/// <param name="Start">Byte offset.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct Piece(int Id, string Text, int Start, int Length);

/// <summary>Converts text to token ids and back. Thread-safe.</summary>
public abstract class Tokenizer
{
    /// <summary>Marks the end of the prompt and the start of the answer, as in the paper.</summary>
    public const string PromptEnd = "###";

    /// <summary>Marks the end of an answer, as in the paper.</summary>
    public const string AnswerEnd = "@@@";

    /// <summary>Stable name in reports ("bytes", "gpt2").</summary>
    public abstract string Name { get; }

    /// <summary>The largest id of this tokenizer plus one. A model's vocabulary may be larger, but not smaller.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>Id that pads the rows of a batch to equal length; hidden by the attention mask.</summary>
    public abstract int PadId { get; }

    /// <summary>The ids of <see cref="PromptEnd"/>: one for <see cref="ByteTokenizer"/>, one or more for others.</summary>
    public virtual IReadOnlyList<int> PromptEndIds => Encode(PromptEnd);

    /// <summary>The ids of <see cref="AnswerEnd"/>.</summary>
    public virtual IReadOnlyList<int> AnswerEndIds => Encode(AnswerEnd);

    /// <summary>
    /// Ids that precede every text, as in the model's training (Llama's "&lt;s&gt;"); <see cref="Encode"/> does not add them.
    /// </summary>
    public virtual IReadOnlyList<int> Begin => [];

    /// <summary>Id of the model's end-of-text token; null if it has none.</summary>
    public virtual int? EndOfText => null;

    /// <summary>The ids of a prompt, preceded by <see cref="Begin"/>.</summary>
    public int[] EncodePrompt(string text) => Begin.Count == 0 ? Encode(text) : [.. Begin, .. Encode(text)];

    /// <summary>
    /// The ids of a prompt, preceded by <see cref="Begin"/>, and of the answer that follows it, as in the text of both together: a
    /// tokenizer
    /// may split a text otherwise where it stands alone. A token that spans the boundary belongs to the answer.
    /// </summary>
    public (int[] Prompt, int[] Answer) EncodeTogether(string prompt, string answer)
    {
        var (alone, whole) = (Encode(prompt), Encode(prompt + answer));
        var shared = alone.AsSpan().CommonPrefixLength(whole);
        return ([.. Begin, .. whole[..shared]], whole[shared..]);
    }

    /// <summary>Number of ordered level tokens ("&lt;00&gt;" and up) for scaled numbers; 0 if there are none.</summary>
    public virtual int Levels => 0;

    /// <summary>The id of level 0; level ids are consecutive.</summary>
    public virtual int FirstLevelId => -1;

    /// <summary>
    /// Number of columns that have their own level tokens ("&lt;3:07&gt;"); 0 if there are none. Their ids follow the shared levels, column
    /// by column.
    /// </summary>
    public virtual int LevelColumns => 0;

    /// <summary>
    /// The token of a level of a column; columns beyond <see cref="LevelColumns"/> reuse the tokens from the first column on.
    /// </summary>
    /// <param name="column">Index of the column, from 0.</param>
    public int ColumnLevel(int column, int level) => FirstLevelId + (1 + column % LevelColumns) * Levels + level;

    /// <summary>The ids of a text, without added tokens at the start or end.</summary>
    public abstract int[] Encode(string text);

    /// <summary>The text of ids. Invalid UTF-8 (an incomplete character) becomes U+FFFD; padding is removed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative.</exception>
    public abstract string Decode(IReadOnlyList<int> ids);

    /// <summary>The ids of a text, equal to those of <see cref="Encode"/>, with the range of characters of each.</summary>
    public virtual IReadOnlyList<TokenRange> Ranges(string text)
    {
        var places = new Utf8Places(text);
        return [.. Pieces(text).Select(p => places.Range(p.Id, p.Start, p.Length))];
    }

    /// <summary>The text's tokens with their byte ranges, in order and without gaps.</summary>
    public abstract IReadOnlyList<Piece> Pieces(string text);
}
