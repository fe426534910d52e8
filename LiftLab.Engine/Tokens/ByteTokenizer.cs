using System.Text;

namespace LiftLab.Engine.Tokens;

/// <summary>
/// One token per UTF-8 byte, and one for each separator and each level of scaled numbers. It needs no vocabulary file. Ids: 0 to 255 bytes,
/// 256 padding, 257 "###", 258 "@@@", 259 to 358 levels "&lt;00&gt;" to "&lt;99&gt;", then 100 per column, from "&lt;1:00&gt;".
/// </summary>
/// <param name="columns">Number of columns that have their own level tokens, 0 to <see cref="SpecialForms.Columns"/>.</param>
public sealed class ByteTokenizer(int columns = 0) : Tokenizer
{
    const int Padding = 256,
        PromptEndToken = 257,
        AnswerEndToken = 258,
        FirstLevel = 259;

    public override string Name => "bytes";
    public override int VocabularySize => FirstLevel + (1 + columns) * SpecialForms.Levels;
    public override int PadId => Padding;
    public override IReadOnlyList<int> PromptEndIds { get; } = [PromptEndToken];
    public override IReadOnlyList<int> AnswerEndIds { get; } = [AnswerEndToken];
    public override int Levels => SpecialForms.Levels;
    public override int FirstLevelId => FirstLevel;
    public override int LevelColumns => columns;

    public override int[] Encode(string text)
    {
        var ids = new List<int>(text.Length + 8);
        foreach (var (id, _, _) in Tokens(text))
            ids.Add(id);
        return [.. ids];
    }

    public override IReadOnlyList<TokenRange> Ranges(string text)
    {
        if (!Ascii.IsValid(text))
            return base.Ranges(text);
        var ranges = new List<TokenRange>(text.Length);
        foreach (var (id, start, length) in Tokens(text))
            ranges.Add(new(id, start, length));
        return ranges;
    }

    public override IReadOnlyList<Piece> Pieces(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Tokens(text).Select(t => new Piece(t.Id, Encoding.UTF8.GetString(bytes, t.Start, t.Length), t.Start, t.Length))];
    }

    public override string Decode(IReadOnlyList<int> ids)
    {
        var bytes = new List<byte>(ids.Count * 2);
        foreach (var id in ids)
            if (id is >= 0 and < 256)
                bytes.Add((byte)id);
            else if (id != Padding)
                bytes.AddRange(Encoding.ASCII.GetBytes(SpecialText(id)));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    IEnumerable<(int Id, int Start, int Length)> Tokens(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text); // special forms are ASCII, so they can be matched in the bytes
        for (var i = 0; i < bytes.Length; )
        {
            var (id, length) = SpecialAt(bytes, i);
            yield return (id, i, length);
            i += length;
        }
    }

    (int Id, int Length) SpecialAt(byte[] bytes, int at)
    {
        switch (bytes[at])
        {
            case (byte)'#' when EndsRunOfThree(bytes, at):
                return (PromptEndToken, 3);
            case (byte)'@' when EndsRunOfThree(bytes, at):
                return (AnswerEndToken, 3);
            case (byte)'<' when at + 3 < bytes.Length && bytes[at + 3] == '>':
                Span<char> form = [(char)bytes[at], (char)bytes[at + 1], (char)bytes[at + 2], (char)bytes[at + 3]];
                var level = SpecialForms.ReadLevel(form);
                return level >= 0 ? (FirstLevel + level, 4) : (bytes[at], 1);
            case (byte)'<' when columns > 0:
                var (column, own, length) = SpecialForms.ReadColumnLevel(bytes.AsSpan(at));
                return length > 0 && column <= columns ? (FirstLevel + column * SpecialForms.Levels + own, length) : (bytes[at], 1);
            default:
                return (bytes[at], 1);
        }
    }

    /// <summary>
    /// The separator is the end of a longer run, so that a value that ends in '#' does not break the separator that follows it.
    /// </summary>
    static bool EndsRunOfThree(byte[] bytes, int at) =>
        at + 2 < bytes.Length
        && bytes[at + 1] == bytes[at]
        && bytes[at + 2] == bytes[at]
        && (at + 3 == bytes.Length || bytes[at + 3] != bytes[at]);

    string SpecialText(int id) =>
        id switch
        {
            PromptEndToken => PromptEnd,
            AnswerEndToken => AnswerEnd,
            _ when id >= FirstLevel && id < FirstLevel + SpecialForms.Levels => SpecialForms.Level(id - FirstLevel),
            _ when id >= FirstLevel && id < VocabularySize => SpecialForms.Level(
                (id - FirstLevel) / SpecialForms.Levels,
                (id - FirstLevel) % SpecialForms.Levels
            ),
            // a model's vocabulary may have unused rows, which an untrained model can generate
            _ when id >= VocabularySize => "\uFFFD",
            _ => throw new ArgumentOutOfRangeException(nameof(id), id, "a token id cannot be negative"),
        };
}
