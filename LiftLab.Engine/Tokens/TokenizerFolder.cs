using System.Text.Json.Nodes;

namespace LiftLab.Engine.Tokens;

/// <summary>Loads the tokenizer of a model folder in Hugging Face layout.</summary>
public static class TokenizerFolder
{
    public const string JsonFile = "tokenizer.json",
        VocabularyFile = "vocab.json",
        MergesFile = "merges.txt",
        ConfigFile = "tokenizer_config.json",
        SpecialFile = "special_tokens_map.json",
        AddedFile = "added_tokens.json";

    const string BytesClass = "LiftLabBytes",
        LevelColumns = "level_columns";

    static bool HasVocabulary(string folder) =>
        File.Exists(Path.Combine(folder, VocabularyFile)) && File.Exists(Path.Combine(folder, MergesFile));

    /// <summary>Writes a tokenizer_config.json that selects <see cref="ByteTokenizer"/>.</summary>
    /// <param name="columns">Number of columns that have their own level tokens.</param>
    public static void WriteBytes(string folder, int columns = 0)
    {
        var config = new JsonObject { ["tokenizer_class"] = BytesClass };
        if (columns > 0)
            config[LevelColumns] = columns;
        File.WriteAllText(Path.Combine(folder, ConfigFile), config.ToJsonString() + "\n");
    }

    /// <exception cref="TokenizerFileException">There is no tokenizer, or it is not supported.</exception>
    public static Tokenizer Load(string folder)
    {
        var settings = ReadObject(folder, ConfigFile);
        return IsBytes(folder, settings) ? new ByteTokenizer(Columns(folder, settings)) : LoadBpe(folder, settings);
    }

    /// <summary>Checks that the files of a tokenizer are there, without reading its vocabulary.</summary>
    /// <exception cref="TokenizerFileException">There is no tokenizer.</exception>
    public static void DemandFiles(string folder)
    {
        if (!File.Exists(Path.Combine(folder, JsonFile)) && !HasVocabulary(folder) && !IsBytes(folder, ReadObject(folder, ConfigFile)))
            throw Missing(folder);
    }

    static bool IsBytes(string folder, JsonObject settings) => TextIn(folder, ConfigFile, settings, "tokenizer_class") == BytesClass;

    static TokenizerFileException Missing(string folder) =>
        new(
            $"'{folder}' has no tokenizer",
            File.Exists(Path.Combine(folder, "tokenizer.model"))
                ? $"It has only a tokenizer.model: add the {JsonFile} from the model's page."
                : $"Add {JsonFile}, or {VocabularyFile} and {MergesFile}, of this model."
        );

    static int Columns(string folder, JsonObject settings) =>
        settings[LevelColumns] switch
        {
            null => 0,
            JsonValue value when value.TryGetValue(out int columns) && columns is >= 0 and <= SpecialForms.Columns => columns,
            var other => throw new TokenizerFileException(
                $"{Path.Combine(folder, ConfigFile)}: {LevelColumns} is {other.ToJsonString()}",
                FormattableString.Invariant(
                    $"Set it to the number of columns that have their own level tokens, 0 to {SpecialForms.Columns}."
                )
            ),
        };

    static BpeTokenizer LoadBpe(string folder, JsonObject settings)
    {
        const string modelFile = "config.json";
        var model = ReadObject(folder, modelFile);
        var type = TextIn(folder, modelFile, model, "model_type");
        var name = type ?? "bpe";
        BpeRecipe recipe;
        if (File.Exists(Path.Combine(folder, JsonFile)))
            recipe = TokenizerJson.Read(Path.Combine(folder, JsonFile), name);
        else if (HasVocabulary(folder))
        {
            var added = Path.Combine(folder, AddedFile);
            recipe = VocabularyFiles.Read(
                Path.Combine(folder, VocabularyFile),
                Path.Combine(folder, MergesFile),
                name,
                type,
                File.Exists(added) ? added : null,
                spaceInFront: FlagIn(folder, settings, "add_prefix_space") ?? false
            );
        }
        else
        {
            throw Missing(folder);
        }
        recipe.Check();
        var special = ReadObject(folder, SpecialFile);
        var begin = Named("bos_token");
        int? Named(string key) =>
            new[] { TokenIn(folder, ConfigFile, settings, key), TokenIn(folder, SpecialFile, special, key) }
                .OfType<string>()
                .Select(t => IdOf(recipe, t))
                .FirstOrDefault(id => id is not null);
        return new(
            recipe with
            {
                EndOfText =
                    Named("eos_token")
                    ?? IdIn(folder, modelFile, model["eos_token_id"])
                    ?? IdOf(recipe, "<|endoftext|>")
                    ?? IdOf(recipe, "</s>"),
                Pad = Named("pad_token"),
                Begin = FlagIn(folder, settings, "add_bos_token") is { } add
                    ? add && begin is { } bos
                        ? [bos]
                        : []
                    : recipe.Begin,
            }
        );
    }

    static JsonObject ReadObject(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
            return [];
        try
        {
            return BoundedFile.ReadObject(path);
        }
        catch (UnreadableFileException e)
        {
            throw TokenizerFileException.Of(path, e);
        }
    }

    static string? TextIn(string folder, string file, JsonObject from, string name) =>
        from[name] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out string? text) => text,
            var other => throw Odd(folder, file, name, other, "a text"),
        };

    static bool? FlagIn(string folder, JsonObject settings, string name) =>
        settings[name] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out bool flag) => flag,
            var other => throw Odd(folder, ConfigFile, name, other, "true or false"),
        };

    /// <summary>A special token is a text, or an object with its text in "content".</summary>
    static string? TokenIn(string folder, string file, JsonObject from, string name) =>
        from[name] switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out string? text) => text,
            JsonObject o => TextIn(folder, file, o, "content"),
            var other => throw Odd(folder, file, name, other, "a token"),
        };

    /// <summary>A token id, or the first of several.</summary>
    static int? IdIn(string folder, string file, JsonNode? node) =>
        node switch
        {
            null => null,
            JsonValue value when value.TryGetValue(out int id) => id,
            JsonArray { Count: 0 } => null,
            JsonArray many when many[0] is JsonValue first => IdIn(folder, file, first),
            _ => throw Odd(folder, file, "eos_token_id", node, "a whole number"),
        };

    static TokenizerFileException Odd(string folder, string file, string name, JsonNode value, string kind) =>
        new(
            $"{Path.Combine(folder, file)}: '{name}' is {Short(value.ToJsonString())}, which is not {kind}",
            "Correct the entry, or get the file again."
        );

    static string Short(string text)
    {
        const int most = 80;
        return text.Length <= most ? text : text[..most] + "…";
    }

    static int? IdOf(BpeRecipe recipe, string text) =>
        recipe.Added.FirstOrDefault(t => t.Text == text)?.Id ?? (recipe.Vocabulary.TryGetValue(text, out var id) ? id : null);
}
