using System.Collections.Concurrent;
using System.Text;

namespace LiftLab.Engine.Tokens;

/// <summary>A token of a word and the number of the word's UTF-8 bytes that it covers.</summary>
readonly record struct WordToken(int Id, int Bytes);

/// <summary>Byte pair encoding of one word. Microsoft.ML.Tokenizers does the merging; encoded words are cached.</summary>
sealed class WordEncoder
{
    const int LongestRemembered = 48,
        MostRemembered = 200_000;

    readonly BpeRecipe recipe;
    readonly Microsoft.ML.Tokenizers.BpeTokenizer merger;
    readonly Dictionary<int, int> bytesOf;
    readonly int? unknown;
    readonly int[]? byteTokens;
    readonly ConcurrentDictionary<string, WordToken[]> remembered = new(StringComparer.Ordinal);

    /// <exception cref="TokenizerFileException">Vocabulary and merges do not match.</exception>
    public WordEncoder(BpeRecipe recipe)
    {
        this.recipe = recipe;
        try
        {
            merger = Microsoft.ML.Tokenizers.BpeTokenizer.Create(
                new(recipe.Vocabulary) { Merges = recipe.Merges, ByteLevel = recipe.ByteLevel }
            );
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or InvalidDataException)
        {
            throw new TokenizerFileException(
                $"the tokenizer's vocabulary and merges do not match: {e.Message}",
                "Get both files of the same model again.",
                e
            );
        }
        bytesOf = recipe.Vocabulary.ToDictionary(p => p.Value, p => recipe.ByteLevel ? p.Key.Length : Encoding.UTF8.GetByteCount(p.Key));
        unknown = recipe.Unknown is { } name && recipe.Vocabulary.TryGetValue(name, out var id) ? id : null;
        if (recipe.ByteFallback)
        {
            byteTokens = [.. Enumerable.Range(0, 256).Select(b => recipe.Vocabulary.GetValueOrDefault($"<0x{b:X2}>", -1))];
            if (byteTokens.Contains(-1))
                byteTokens = null;
        }
    }

    public ReadOnlySpan<WordToken> Encode(ReadOnlySpan<char> word)
    {
        if (word.Length > LongestRemembered)
            return Compute(word.ToString());
        var bySpan = remembered.GetAlternateLookup<ReadOnlySpan<char>>();
        if (bySpan.TryGetValue(word, out var known))
            return known;
        if (remembered.Count >= MostRemembered)
            remembered.Clear();
        var text = word.ToString();
        return remembered[text] = Compute(text);
    }

    WordToken[] Compute(string word)
    {
        if (recipe.WholeWordsFirst && recipe.Vocabulary.TryGetValue(recipe.ByteLevel ? Written(word) : word, out var whole))
            return [new(whole, Encoding.UTF8.GetByteCount(word))];
        return recipe.ByteLevel ? Merged(word) : Characters(word);
    }

    WordToken[] Merged(string word) =>
        [
            .. merger
                .EncodeToIds(word, considerPreTokenization: false, considerNormalization: false)
                .Select(id => new WordToken(id, bytesOf[id])),
        ];

    /// <summary>Merges runs of characters that are in the vocabulary; other characters become byte tokens or the unknown token.</summary>
    WordToken[] Characters(string word)
    {
        var (tokens, run) = (new List<WordToken>(word.Length), 0);
        var bySpan = ((Dictionary<string, int>)recipe.Vocabulary).GetAlternateLookup<ReadOnlySpan<char>>();
        var fusing = false;
        for (var at = 0; at < word.Length; )
        {
            var length = char.IsHighSurrogate(word[at]) && at + 1 < word.Length ? 2 : 1;
            var character = word.AsSpan(at, length);
            if (!bySpan.ContainsKey(character))
            {
                if (at > run)
                    (tokens, fusing) = (Add(tokens, Merged(word[run..at])), false);
                fusing = Unknown(tokens, character, fusing);
                run = at + length;
            }
            at += length;
        }
        if (run < word.Length)
            Add(tokens, run == 0 ? Merged(word) : Merged(word[run..]));
        return [.. tokens];
    }

    bool Unknown(List<WordToken> tokens, ReadOnlySpan<char> character, bool fusing)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = Encoding.UTF8.GetBytes(character, bytes);
        if (byteTokens is not null)
        {
            foreach (var b in bytes[..count])
                tokens.Add(new(byteTokens[b], 1));
            return false;
        }
        if (unknown is not { } id)
            return fusing;
        if (fusing && recipe.FuseUnknown)
            tokens[^1] = new(id, tokens[^1].Bytes + count);
        else
            tokens.Add(new(id, count));
        return true;
    }

    static List<WordToken> Add(List<WordToken> to, WordToken[] tokens)
    {
        to.AddRange(tokens);
        return to;
    }

    static string Written(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        return string.Create(
            bytes.Length,
            bytes,
            (to, from) =>
            {
                for (var i = 0; i < from.Length; i++)
                    to[i] = ByteAlphabet.Of(from[i]);
            }
        );
    }
}
