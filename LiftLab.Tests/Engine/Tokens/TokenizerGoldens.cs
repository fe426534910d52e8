using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Tests.Engine.Tokens;

/// <summary>Reference data beside the tests, and tokenizer folders made from it.</summary>
static class TokenizerGoldens
{
    static readonly Lazy<JsonObject> Vocabularies = new(() => Read("vocabularies.json"));
    static readonly Lazy<JsonObject> All = new(() => Read("variants.json"));

    public static IEnumerable<string> Names => All.Value["variants"]!.AsArray().Select(v => (string)v!["name"]!);

    public static string[] Texts => [.. All.Value["texts"]!.AsArray().Select(t => (string)t!)];

    /// <summary>Writes the variant's tokenizer.json and gives what it should do to each text.</summary>
    public static (int[] Ids, string Decoded)[] Write(string name, string folder)
    {
        var variant = All.Value["variants"]!.AsArray().Single(v => (string)v!["name"]! == name)!;
        var json = variant["tokenizer"]!.DeepClone().AsObject();
        var vocabulary = Vocabularies.Value[(string)variant["vocabulary"]!]!;
        json["model"]!["vocab"] = vocabulary["vocab"]!.DeepClone();
        json["model"]!["merges"] = vocabulary["merges"]!.DeepClone();
        var next = vocabulary["vocab"]!.AsObject().Count;
        foreach (var word in variant["wholeWords"]!.AsArray())
            if (json["model"]!["vocab"]![(string)word!] is null)
                json["model"]!["vocab"]![(string)word!] = next++;
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), json.ToJsonString());
        return [.. Texts.Select((text, i) => (variant["ids"]![i].Deserialize<int[]>()!, (string?)variant["decoded"]![i] ?? text))];
    }

    /// <summary>Writes GPT-2's vocab.json and merges.txt.</summary>
    public static void WriteGpt2(string folder)
    {
        var merges = GoldenFile.Unpacked("tokens", "gpt2-merges.txt.gz");
        File.WriteAllText(Path.Combine(folder, "merges.txt"), merges);
        int[] printable = [.. Enumerable.Range(33, 94), .. Enumerable.Range(161, 12), .. Enumerable.Range(174, 82)];
        var vocabulary = new Dictionary<string, int>();
        foreach (var c in printable)
            vocabulary.Add(((char)c).ToString(), vocabulary.Count);
        for (var c = 256; vocabulary.Count < 256; c++)
            vocabulary.Add(((char)c).ToString(), vocabulary.Count);
        foreach (var line in merges.Split('\n').Skip(1).Where(l => l.Length > 0))
            vocabulary.Add(line.Replace(" ", "", StringComparison.Ordinal), vocabulary.Count);
        vocabulary.Add("<|endoftext|>", vocabulary.Count);
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(vocabulary));
    }

    static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(GoldenFile.At("tokens", file)))!.AsObject();
}
