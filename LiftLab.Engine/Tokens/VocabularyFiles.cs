using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LiftLab.Engine.Tokens;

/// <summary>
/// Reads byte-level BPE from GPT-2's two files: <c>vocab.json</c> (text to id) and <c>merges.txt</c> (one pair per line, in order of
/// priority).
/// </summary>
static class VocabularyFiles
{
    const int GptJOrdinary = 50257,
        GptJExtra = 143;

    /// <param name="modelType">The architecture in config.json; GPT-J's vocabulary is GPT-2's plus 143 extra tokens.</param>
    /// <param name="addedTokens">Path of an added_tokens.json; null if there is none.</param>
    /// <exception cref="TokenizerFileException">A file is broken.</exception>
    public static BpeRecipe Read(
        string vocabularyPath,
        string mergesPath,
        string name,
        string? modelType,
        string? addedTokens,
        bool spaceInFront
    )
    {
        var vocabulary = ReadVocabulary(vocabularyPath);
        var added = vocabulary.TryGetValue("<|endoftext|>", out var end)
            ? new List<AddedToken> { new(end, "<|endoftext|>", Special: true) }
            : [];
        if (addedTokens is not null)
            added.AddRange(
                ReadVocabulary(addedTokens)
                    .Where(p => !vocabulary.ContainsKey(p.Key))
                    .Select(p => new AddedToken(p.Value, p.Key, Special: true))
            );
        else if (modelType == "gptj" && vocabulary.Values.DefaultIfEmpty().Max() == GptJOrdinary - 1)
            added.AddRange(
                Enumerable
                    .Range(0, GptJExtra)
                    .Select(i => new AddedToken(
                        GptJOrdinary + i,
                        string.Create(CultureInfo.InvariantCulture, $"<|extratoken_{i + 1}|>"),
                        Special: true
                    ))
            );
        return new()
        {
            Name = name,
            Vocabulary = vocabulary,
            Merges = [.. ReadMerges(mergesPath)],
            ByteLevel = true,
            Added = added,
            Splitter = spaceInFront
                ? [new SpacePrefixed(), new PatternSplitter(SplitPattern.Gpt2)]
                : [new PatternSplitter(SplitPattern.Gpt2)],
            Decoder = [new BytesJoined()],
        };
    }

    static Dictionary<string, int> ReadVocabulary(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(BoundedFile.Read(path, BoundedFile.Vocabulary))
                ?? throw new JsonException("it is null");
        }
        catch (UnreadableFileException e)
        {
            throw TokenizerFileException.Of(path, e);
        }
        catch (JsonException e)
        {
            throw new TokenizerFileException(
                $"{path} is not a JSON object of text to id: {BoundedFile.Reason(e)}",
                "Get the file again.",
                e
            );
        }
    }

    static IEnumerable<string> ReadMerges(string path)
    {
        var number = 0;
        foreach (var line in Lines(path))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            if (line.Split(' ') is not [{ Length: > 0 }, { Length: > 0 }])
                throw new TokenizerFileException(
                    string.Create(CultureInfo.InvariantCulture, $"{path}, line {number}: '{line}' is not two tokens with a space between"),
                    "Get the file again."
                );
            yield return line;
        }
    }

    // a vocabulary of single bytes has no merges
    static string[] Lines(string path)
    {
        try
        {
            return BoundedFile.Length(path) == 0
                ? []
                : Encoding.UTF8.GetString(BoundedFile.Read(path, BoundedFile.Vocabulary)).ReplaceLineEndings("\n").Split('\n');
        }
        catch (UnreadableFileException e)
        {
            throw TokenizerFileException.Of(path, e);
        }
    }
}
