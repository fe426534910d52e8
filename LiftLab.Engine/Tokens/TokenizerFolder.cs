using System.Text.Json;
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
        return settings["tokenizer_class"] is JsonValue named && named.TryGetValue(out string? kind) && kind == BytesClass
            ? new ByteTokenizer(Columns(folder, settings))
            : LoadBpe(folder, settings);
    }

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
        var model = ReadObject(folder, "config.json");
        var type = model["model_type"]?.GetValue<string>();
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
                spaceInFront: settings["add_prefix_space"]?.GetValue<bool>() ?? false
            );
        }
        else
        {
            throw new TokenizerFileException(
                $"'{folder}' has no tokenizer",
                File.Exists(Path.Combine(folder, "tokenizer.model"))
                    ? $"It has only a tokenizer.model: add the {JsonFile} from the model's page."
                    : $"Add {JsonFile}, or {VocabularyFile} and {MergesFile}, of this model."
            );
        }
        var special = ReadObject(folder, SpecialFile);
        int? Named(string key) =>
            new[] { settings[key], special[key] }
                .Select(TextOf)
                .OfType<string>()
                .Select(t => IdOf(recipe, t))
                .FirstOrDefault(id => id is not null);
        return new(
            recipe with
            {
                EndOfText =
                    Named("eos_token") ?? WholeNumber(model["eos_token_id"]) ?? IdOf(recipe, "<|endoftext|>") ?? IdOf(recipe, "</s>"),
                Pad = Named("pad_token"),
                Begin =
                    settings["add_bos_token"] is JsonValue flag && flag.TryGetValue(out bool add)
                        ? add && Named("bos_token") is { } bos
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
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? [];
        }
        catch (JsonException e)
        {
            throw new TokenizerFileException($"{path} is not JSON: {e.Message}", "Get the file again.", e);
        }
    }

    // a special token is a string, or an object with its text in "content"
    static string? TextOf(JsonNode? node) =>
        node switch
        {
            JsonValue value when value.TryGetValue(out string? text) => text,
            JsonObject o => TextOf(o["content"]),
            _ => null,
        };

    static int? WholeNumber(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out int id) ? id
        : node is JsonArray { Count: > 0 } many ? WholeNumber(many[0])
        : null;

    static int? IdOf(BpeRecipe recipe, string text) =>
        recipe.Added.FirstOrDefault(t => t.Text == text)?.Id ?? (recipe.Vocabulary.TryGetValue(text, out var id) ? id : null);
}
