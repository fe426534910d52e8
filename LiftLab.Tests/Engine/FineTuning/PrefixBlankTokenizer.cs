using System.Text.Json.Nodes;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.FineTuning;

/// <summary>
/// A tokenizer of the kind of Llama 2: blanks are written as ▁, one is put before every text, and tokens are merged over the whole text.
/// </summary>
static class PrefixBlankTokenizer
{
    public static Tokenizer Load(string folder)
    {
        File.WriteAllText(Path.Combine(folder, TokenizerFolder.JsonFile), Json().ToJsonString());
        return TokenizerFolder.Load(folder);
    }

    public static JsonObject Json()
    {
        var vocabulary = new JsonObject();
        void Add(string text) => vocabulary[text] = vocabulary.Count;
        for (var b = 0; b < 256; b++)
            Add($"<0x{b:X2}>");
        foreach (var c in "▁#@0123456789.,=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ?+-")
            Add(c.ToString());
        var merges = new JsonArray();
        void Merge(string left, string right)
        {
            Add(left + right);
            merges.Add($"{left} {right}");
        }
        Merge("#", "#");
        Merge("##", "#");
        Merge("@", "@");
        Merge("@@", "@");
        Merge("▁", "▁");
        Merge("▁", "0");
        Merge("#", "+");
        return new()
        {
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = merges,
                ["byte_fallback"] = true,
                ["fuse_unk"] = true,
            },
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(
                    new JsonObject { ["type"] = "Prepend", ["prepend"] = "▁" },
                    new JsonObject
                    {
                        ["type"] = "Replace",
                        ["pattern"] = new JsonObject { ["String"] = " " },
                        ["content"] = "▁",
                    }
                ),
            },
            ["decoder"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["decoders"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Replace",
                        ["pattern"] = new JsonObject { ["String"] = "▁" },
                        ["content"] = " ",
                    },
                    new JsonObject { ["type"] = "ByteFallback" },
                    new JsonObject { ["type"] = "Fuse" },
                    new JsonObject
                    {
                        ["type"] = "Strip",
                        ["content"] = " ",
                        ["start"] = 1,
                        ["stop"] = 0,
                    }
                ),
            },
        };
    }
}
