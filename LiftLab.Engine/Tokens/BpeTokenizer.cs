using System.Text;

namespace LiftLab.Engine.Tokens;

/// <summary>
/// Byte pair encoding as in published models (GPT-2 and related ones, Llama, Qwen). A text is split at added tokens, normalised, split into
/// words, and each word is merged. Ids equal those of the models' own tokenizers.
/// </summary>
public sealed class BpeTokenizer : Tokenizer
{
    readonly BpeRecipe recipe;
    readonly WordEncoder words;
    readonly AddedTokens added,
        ordinaryAdded,
        normalisedAdded;
    readonly string?[] texts;
    readonly byte[]?[]? bytes;

    internal BpeTokenizer(BpeRecipe recipe)
    {
        this.recipe = recipe;
        words = new(recipe);
        added = new(recipe.Added.Where(t => !t.Normalised));
        ordinaryAdded = new(recipe.Added.Where(t => !t.Normalised && !t.Special));
        normalisedAdded = new(
            recipe.Added.Where(t => t.Normalised).Select(t => t with { Text = NormaliserStep.Apply(recipe.Normaliser, t.Text) })
        );
        VocabularySize =
            1 + Math.Max(recipe.Vocabulary.Values.DefaultIfEmpty(-1).Max(), recipe.Added.Select(t => t.Id).DefaultIfEmpty(-1).Max());
        texts = new string?[VocabularySize];
        foreach (var (text, id) in recipe.Vocabulary)
            texts[id] = text;
        foreach (var token in recipe.Added)
            texts[token.Id] = token.Text;
        if (recipe.Decoder is [BytesJoined])
            bytes = [.. texts.Select(t => t is null ? null : BytesJoined.BytesOf(t))];
    }

    public override string Name => recipe.Name;
    public override int VocabularySize { get; }
    public override int PadId => recipe.Pad ?? recipe.EndOfText ?? 0;

    public override int? EndOfText => recipe.EndOfText;
    public override IReadOnlyList<int> Begin => recipe.Begin;

    /// <summary>The ids of a text. Special tokens are recognised by their text.</summary>
    public override int[] Encode(string text) => Ids(text, added);

    /// <summary>The ids of a text; the text of a special token is treated as ordinary text.</summary>
    public int[] EncodeOrdinary(string text) => Ids(text, ordinaryAdded);

    /// <inheritdoc/>
    /// <remarks>Padding is removed only at both ends; a token of the same id inside the text is kept.</remarks>
    public override string Decode(IReadOnlyList<int> ids)
    {
        var (from, to, padding) = (0, ids.Count, recipe.Pad ?? recipe.EndOfText);
        while (from < to && ids[from] == padding)
            from++;
        while (to > from && ids[to - 1] == padding)
            to--;
        if (bytes is not null)
        {
            var all = new List<byte>((to - from) * 4);
            for (var i = from; i < to; i++)
                all.AddRange(TextOf(ids[i]) is null ? Unassigned : bytes[ids[i]]!);
            return Encoding.UTF8.GetString([.. all]);
        }
        var tokens = new List<string>(to - from);
        for (var i = from; i < to; i++)
            tokens.Add(TextOf(ids[i]) ?? "\uFFFD");
        foreach (var step in recipe.Decoder)
            tokens = step.Apply(tokens);
        return string.Concat(tokens);
    }

    public override IReadOnlyList<Piece> Pieces(string text)
    {
        text = WithoutLoneSurrogates(text);
        var utf8 = Encoding.UTF8.GetBytes(text);
        var places = new Utf8Places(text);
        var ends = new List<(int Id, int End)>();
        foreach (var (start, stop, token) in added.Split(text))
            if (token is not null)
                ends.Add((token.Id, places.Byte(stop)));
            else
                PlaceSegment(text[start..stop], start, places, ends);
        if (ends.Count > 0)
            ends[^1] = (ends[^1].Id, utf8.Length); // include text at the end that normalisation removed
        var (pieces, at) = (new List<Piece>(ends.Count), 0);
        foreach (var (id, end) in ends)
        {
            var length = Math.Max(0, end - at);
            pieces.Add(new(id, Encoding.UTF8.GetString(utf8, at, length), at, length));
            at += length;
        }
        return pieces;
    }

    /// <param name="ends">Receives the ids and, per token, its end (exclusive) as a byte offset in the whole text.</param>
    void PlaceSegment(string segment, int offset, Utf8Places places, List<(int Id, int End)> ends)
    {
        var normalised = NormaliserStep.Apply(recipe.Normaliser, segment);
        var origins = normalised == segment ? null : NormaliserStep.Origins(recipe.Normaliser, segment, normalised);
        foreach (var (start, stop, token) in normalisedAdded.Split(normalised))
        {
            if (token is not null)
                ends.Add((token.Id, places.Byte(offset + (origins?[stop] ?? stop))));
            else
                SplitterStep.Apply(
                    recipe.Splitter,
                    0,
                    normalised.AsSpan(start..stop),
                    start,
                    0,
                    offset == 0,
                    (word, at, front) =>
                    {
                        var inWord = new Utf8Places(word.ToString());
                        var covered = 0;
                        foreach (var (id, length) in words.Encode(word))
                        {
                            covered += length;
                            var (character, beyond) = inWord.Character(covered);
                            var inText = Math.Max(0, character - front) + at;
                            ends.Add((id, origins is null ? places.Byte(offset + inText) + beyond : places.Byte(offset + origins[inText])));
                        }
                    }
                );
        }
    }

    int[] Ids(string text, AddedTokens cutAt)
    {
        text = WithoutLoneSurrogates(text);
        var ids = new List<int>(text.Length / 3 + 4);
        if (cutAt.IsEmpty)
            AddSegment(text, true, ids);
        else
            foreach (var (start, end, token) in cutAt.Split(text))
                if (token is not null)
                    ids.Add(token.Id);
                else
                    AddSegment(start == 0 && end == text.Length ? text : text[start..end], start == 0, ids);
        return [.. ids];
    }

    void AddSegment(string segment, bool opensText, List<int> ids)
    {
        var normalised = NormaliserStep.Apply(recipe.Normaliser, segment);
        foreach (var (start, end, token) in normalisedAdded.Split(normalised))
            if (token is not null)
                ids.Add(token.Id);
            else
                SplitterStep.Apply(
                    recipe.Splitter,
                    0,
                    normalised.AsSpan(start..end),
                    start,
                    0,
                    opensText,
                    (word, _, _) =>
                    {
                        foreach (var token in words.Encode(word))
                            ids.Add(token.Id);
                    }
                );
    }

    static readonly byte[] Unassigned = Encoding.UTF8.GetBytes("\uFFFD");

    /// <summary>Null for unassigned ids: a model's vocabulary may have unused rows, which an untrained model can generate.</summary>
    string? TextOf(int id) =>
        id < 0 ? throw new ArgumentOutOfRangeException(nameof(id), id, "a token id cannot be negative")
        : id < VocabularySize ? texts[id]
        : null;

    static string WithoutLoneSurrogates(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
