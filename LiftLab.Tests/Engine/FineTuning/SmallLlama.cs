using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.FineTuning;

/// <summary>A model folder of Llama's kind: a token in front of every text, an end of text of its own, one token a byte.</summary>
static class SmallLlama
{
    public const int Begin = 256,
        End = 257;

    /// <summary>Writes config.json, tokenizer.json and drawn weights.</summary>
    public static string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var config = new JsonObject
        {
            ["model_type"] = "llama",
            ["vocab_size"] = 258,
            ["hidden_size"] = 32,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 2,
            ["intermediate_size"] = 64,
            ["max_position_embeddings"] = 256,
            ["bos_token_id"] = Begin,
            ["eos_token_id"] = End,
        };
        using (var model = new LanguageModel(ModelConfig.Parse(config)))
        {
            new Initialisation(0.05).Apply(model, 1);
            ModelFolder.Save(model, folder);
        }
        var vocabulary = new JsonObject();
        for (var b = 0; b < 256; b++)
            vocabulary[ByteAlphabet.Of((byte)b).ToString()] = b;
        static JsonNode Special(int id, string text) =>
            new JsonObject
            {
                ["id"] = id,
                ["content"] = text,
                ["special"] = true,
            };
        File.WriteAllText(
            Path.Combine(folder, TokenizerFolder.JsonFile),
            new JsonObject
            {
                ["model"] = new JsonObject
                {
                    ["type"] = "BPE",
                    ["vocab"] = vocabulary,
                    ["merges"] = new JsonArray(),
                },
                ["added_tokens"] = new JsonArray(Special(Begin, "<s>"), Special(End, "</s>")),
                ["pre_tokenizer"] = new JsonObject
                {
                    ["type"] = "ByteLevel",
                    ["add_prefix_space"] = false,
                    ["use_regex"] = true,
                },
                ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
                ["post_processor"] = new JsonObject
                {
                    ["type"] = "TemplateProcessing",
                    ["single"] = new JsonArray(
                        new JsonObject
                        {
                            ["SpecialToken"] = new JsonObject { ["id"] = "<s>", ["type_id"] = 0 },
                        },
                        new JsonObject
                        {
                            ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 },
                        }
                    ),
                    ["special_tokens"] = new JsonObject
                    {
                        ["<s>"] = new JsonObject
                        {
                            ["id"] = "<s>",
                            ["ids"] = new JsonArray(Begin),
                            ["tokens"] = new JsonArray("<s>"),
                        },
                    },
                },
            }.ToJsonString()
        );
        return folder;
    }
}
