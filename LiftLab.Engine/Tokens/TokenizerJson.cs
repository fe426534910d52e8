using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tokens;

/// <summary>
/// Reads a <c>tokenizer.json</c> in the format of the Hugging Face tokenizers library. Unsupported features are errors; none is silently
/// ignored.
/// </summary>
static class TokenizerJson
{
    /// <exception cref="TokenizerFileException">The file is broken, or uses an unsupported feature.</exception>
    public static BpeRecipe Read(string path, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(BoundedFile.Read(path, BoundedFile.Vocabulary));
            return Read(document.RootElement, name);
        }
        catch (UnreadableFileException e)
        {
            throw TokenizerFileException.Of(path, e);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or NullReferenceException
                        or IndexOutOfRangeException
                        or ArgumentException
            )
        {
            throw new TokenizerFileException($"{path} is not a tokenizer.json: {BoundedFile.Reason(e)}", "Get the file again.", e);
        }
    }

    static BpeRecipe Read(JsonElement root, string name)
    {
        var model = root.GetProperty("model");
        if (Word(model, "type") is { } type && type != "BPE")
            throw Unknown("model", type, "BPE");
        foreach (var part in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
            if (Word(model, part) is { Length: > 0 } value)
                throw Unknown(part, value, "none");
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in model.GetProperty("vocab").EnumerateObject())
            vocabulary[entry.Name] = entry.Value.GetInt32();
        var normaliser = Normaliser(root).ToList();
        var splitter = new List<SplitterStep>();
        var byteLevel = AddSplitters(Element(root, "pre_tokenizer"), splitter);
        AddedToken[] added = Element(root, "added_tokens") is { } tokens
            ? [.. tokens.EnumerateArray().Select(t => ReadAdded(t, vocabulary))]
            : [];
        return new()
        {
            Name = name,
            Vocabulary = vocabulary,
            Merges =
            [
                .. model
                    .GetProperty("merges")
                    .EnumerateArray()
                    .Select(m => m.ValueKind == JsonValueKind.Array ? m[0].GetString() + " " + m[1].GetString() : m.GetString()!),
            ],
            ByteLevel = byteLevel,
            WholeWordsFirst = Flag(model, "ignore_merges", false),
            ByteFallback = Flag(model, "byte_fallback", false),
            FuseUnknown = Flag(model, "fuse_unk", false),
            Unknown = Word(model, "unk_token"),
            Added = added,
            Normaliser = normaliser,
            Splitter = splitter,
            Decoder = [.. Decoder(Element(root, "decoder"))],
            Begin = [.. Begin(Element(root, "post_processor"))],
        };
    }

    // the id in the vocabulary takes precedence over the id of the added token
    static AddedToken ReadAdded(JsonElement t, Dictionary<string, int> vocabulary) =>
        new(
            vocabulary.TryGetValue(t.GetProperty("content").GetString()!, out var id) ? id : t.GetProperty("id").GetInt32(),
            t.GetProperty("content").GetString()!,
            Flag(t, "special", false),
            Flag(t, "normalized", false),
            Flag(t, "single_word", false),
            Flag(t, "lstrip", false),
            Flag(t, "rstrip", false)
        );

    static IEnumerable<NormaliserStep> Normaliser(JsonElement root) =>
        Element(root, "normalizer") is { } first ? Unfold(first, "normalizers").Select(OneNormaliser) : [];

    static NormaliserStep OneNormaliser(JsonElement step) =>
        Word(step, "type") switch
        {
            "NFC" => new UnicodeForm(NormalizationForm.FormC),
            "NFD" => new UnicodeForm(NormalizationForm.FormD),
            "NFKC" => new UnicodeForm(NormalizationForm.FormKC),
            "NFKD" => new UnicodeForm(NormalizationForm.FormKD),
            "Lowercase" => new Lowercased(),
            "Prepend" => new Prepended(Replacement(step, "prepend")),
            "Strip" => new Stripped(Flag(step, "strip_left", true), Flag(step, "strip_right", true)),
            "Replace" when step.GetProperty("pattern").TryGetProperty("String", out var text) => new Replaced(
                Filled(text.GetString()),
                Replacement(step)
            ),
            "Replace" => new ReplacedPattern(Expression(step.GetProperty("pattern")), Replacement(step)),
            var other => throw Unknown("normalizer", other, "NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Strip and Sequence"),
        };

    /// <returns>Whether words are encoded as bytes.</returns>
    static bool AddSplitters(JsonElement? from, List<SplitterStep> to)
    {
        var byteLevel = false;
        foreach (var step in from is { } first ? Unfold(first, "pretokenizers") : [])
            switch (Word(step, "type"))
            {
                case "ByteLevel":
                    byteLevel = true;
                    if (Flag(step, "add_prefix_space", true))
                        to.Add(new SpacePrefixed());
                    if (Flag(step, "use_regex", true))
                        to.Add(new PatternSplitter(SplitPattern.Gpt2));
                    break;
                case "Split":
                    var pattern = step.GetProperty("pattern");
                    to.Add(
                        new PatternSplitter(
                            pattern.TryGetProperty("String", out var text)
                                ? new(Regex.Escape(Filled(text.GetString())))
                                : Expression(pattern),
                            Behaviour(step, "Isolated"),
                            Flag(step, "invert", false)
                        )
                    );
                    break;
                case "Digits":
                    to.Add(
                        new PatternSplitter(
                            new(@"\p{N}"),
                            Flag(step, "individual_digits", false) ? SplitBehaviour.Isolated : SplitBehaviour.Contiguous
                        )
                    );
                    break;
                case "Punctuation":
                    to.Add(new PatternSplitter(new(@"[\p{P}!-/:-@\[-`{-~]"), Behaviour(step, "Isolated")));
                    break;
                case "Metaspace":
                    to.Add(new BlanksWritten(Word(step, "replacement")![0], Prefix(step), Flag(step, "split", true)));
                    break;
                case var other:
                    throw Unknown("pre_tokenizer", other, "ByteLevel, Split, Digits, Punctuation, Metaspace and Sequence");
            }
        return byteLevel;
    }

    static SplitBehaviour Behaviour(JsonElement step, string otherwise) =>
        Enum.TryParse<SplitBehaviour>(Word(step, "behavior") ?? otherwise, out var behaviour)
            ? behaviour
            : throw Unknown("behavior", Word(step, "behavior"), string.Join(", ", Enum.GetNames<SplitBehaviour>()));

    static BlankPrefix Prefix(JsonElement step) =>
        Word(step, "prepend_scheme") switch
        {
            "never" => BlankPrefix.Never,
            "first" => BlankPrefix.First,
            "always" => BlankPrefix.Always,
            null => Flag(step, "add_prefix_space", true) ? BlankPrefix.Always : BlankPrefix.Never, // files of older versions
            var other => throw Unknown("prepend_scheme", other, "never, first and always"),
        };

    static IEnumerable<DecoderStep> Decoder(JsonElement? from) => from is { } first ? Unfold(first, "decoders").Select(OneDecoder) : [];

    static DecoderStep OneDecoder(JsonElement step) =>
        Word(step, "type") switch
        {
            "ByteLevel" => new BytesJoined(),
            "ByteFallback" => new ByteTokensJoined(),
            "Fuse" => new Fused(),
            "Strip" => new EndsStripped(
                Word(step, "content")![0],
                step.GetProperty("start").GetInt32(),
                step.GetProperty("stop").GetInt32()
            ),
            "Replace" when step.GetProperty("pattern").TryGetProperty("String", out var text) => new TextReplaced(
                Filled(text.GetString()),
                Replacement(step)
            ),
            "Metaspace" => new BlanksRestored(Word(step, "replacement")![0], Prefix(step) != BlankPrefix.Never),
            var other => throw Unknown(
                "decoder",
                other,
                "ByteLevel, ByteFallback, Fuse, Strip, Replace with a string, Metaspace and Sequence"
            ),
        };

    /// <summary>The ids that a post-processor adds before a single text.</summary>
    static IEnumerable<int> Begin(JsonElement? from)
    {
        foreach (var step in from is { } first ? Unfold(first, "processors") : [])
        {
            if (Word(step, "type") != "TemplateProcessing")
                continue;
            foreach (var part in step.GetProperty("single").EnumerateArray())
            {
                if (!part.TryGetProperty("SpecialToken", out var special))
                    yield break;
                foreach (
                    var id in step.GetProperty("special_tokens")
                        .GetProperty(special.GetProperty("id").GetString()!)
                        .GetProperty("ids")
                        .EnumerateArray()
                )
                    yield return id.GetInt32();
            }
        }
    }

    /// <summary>Maximum length in characters of a pattern and of a replacement.</summary>
    const int LongestPattern = 10_000,
        LongestReplacement = 256;

    static string Replacement(JsonElement step, string name = "content") =>
        Word(step, name) is not { } text ? ""
        : text.Length <= LongestReplacement ? text
        : throw new FormatException($"'{name}' has {text.Length} characters, more than {LongestReplacement}");

    static SplitPattern Expression(JsonElement pattern) =>
        pattern.GetProperty("Regex").GetString() is { Length: > 0 and <= LongestPattern } text
            ? new(text)
            : throw new FormatException($"a pattern must have 1 to {LongestPattern} characters");

    static string Filled(string? pattern) =>
        string.IsNullOrEmpty(pattern) ? throw new FormatException("a pattern is an empty text") : pattern;

    static IEnumerable<JsonElement> Unfold(JsonElement step, string children) =>
        Word(step, "type") == "Sequence" ? step.GetProperty(children).EnumerateArray().SelectMany(s => Unfold(s, children)) : [step];

    static JsonElement? Element(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    static string? Word(JsonElement from, string name) => Element(from, name)?.GetString();

    static bool Flag(JsonElement from, string name, bool otherwise) => Element(from, name)?.GetBoolean() ?? otherwise;

    static TokenizerFileException Unknown(string part, string? value, string known, Exception? inner = null) =>
        new($"tokenizer.json uses the {part} '{value}', which is not supported", $"Supported: {known}.", inner);
}
