using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.Models;

/// <summary>Model folders with one fault each, as downloads, copies and other programs leave them.</summary>
static class DamagedModel
{
    const string Small = """{"model_type":"gpt2","vocab_size":400,"n_embd":8,"n_layer":1,"n_head":2,"n_positions":64}""";

    /// <summary>Name of the fault, and how it is made in the folder of a sound model.</summary>
    static readonly Dictionary<string, Action<string>> Faults = new(StringComparer.Ordinal)
    {
        ["config with a name twice"] = f => Config(f, Small.Replace("{", "{\"n_embd\":9,", StringComparison.Ordinal)),
        ["zero heads"] = f => Config(f, Small.Replace("\"n_head\":2", "\"n_head\":0", StringComparison.Ordinal)),
        ["two thousand million layers"] = f =>
            Config(f, Small.Replace("\"n_layer\":1", "\"n_layer\":2000000000", StringComparison.Ordinal)),
        ["vocabulary of thousands of millions"] = f => Config(f, Small.Replace("400", "4000000000", StringComparison.Ordinal)),
        ["config of 1.5 GB"] = f => Hole(Path.Combine(f, "config.json"), 1_500_000_000),
        ["empty config"] = f => Config(f, ""),
        ["config that is a list"] = f => Config(f, "[]"),
        ["config nested a thousand deep"] = f => Config(f, string.Concat(Enumerable.Repeat("[", 1000))),
        ["config that is text"] = f => Config(f, "<html>not found</html>"),
        ["no config"] = f => File.Delete(Path.Combine(f, "config.json")),
        ["model type that is a number"] = f => Config(f, """{"model_type":5}"""),
        ["config that is a Git LFS pointer"] = f => Config(f, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
        ["weights with a name twice"] = f => Header(f, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}"""),
        ["weights that overlap"] = f =>
            Header(f, """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"""),
        ["weights with a null"] = f => Header(f, """{"a":null}"""),
        ["weights with shapes that overflow"] = f =>
            Header(f, """{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"""),
        ["weights in 8-bit floats"] = f => Header(f, """{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"""),
        ["empty weights"] = f => File.WriteAllText(Path.Combine(f, "model.safetensors"), ""),
        ["weights that are a page"] = f => File.WriteAllText(Path.Combine(f, "model.safetensors"), "<!doctype html><html></html>"),
        ["weights that are a link to themselves"] = f =>
        {
            File.Delete(Path.Combine(f, "model.safetensors"));
            File.CreateSymbolicLink(Path.Combine(f, "model.safetensors"), Path.Combine(f, "model.safetensors"));
        },
        ["weights that are a device"] = f =>
        {
            File.Delete(Path.Combine(f, "model.safetensors"));
            File.CreateSymbolicLink(Path.Combine(f, "model.safetensors"), "/dev/zero");
        },
        ["config that is a device"] = f =>
        {
            File.Delete(Path.Combine(f, "config.json"));
            File.CreateSymbolicLink(Path.Combine(f, "config.json"), "/dev/zero");
        },
        ["no weights"] = f => File.Delete(Path.Combine(f, "model.safetensors")),
        ["index without files"] = f => Index(f, """{"weight_map":{}}"""),
        ["index with a number"] = f => Index(f, """{"weight_map":{"a":3}}"""),
        ["index that leads out"] = f => Index(f, """{"weight_map":{"a":"../other/model.safetensors"}}"""),
        ["index that names the config"] = f => Index(f, """{"weight_map":{"a":"config.json"}}"""),
        ["zip with a bad directory"] = BadZip,
        ["pickle with a null"] = f => Pickle(f, "\x80\x02}X\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n(NK\0N)tRs."),
        ["pickle with a null tensor"] = f => Pickle(f, "\x80\x02}X\x01\0\0\0actorch._utils\n_rebuild_parameter\nN\x85Rs."),
        ["pickle that ends early"] = f => Pickle(f, "\x80\x02}X\xff\0\0\0a"),
        ["pickle of nothing"] = f => Pickle(f, "."),
        ["no tokenizer"] = f => File.Delete(Path.Combine(f, "tokenizer_config.json")),
        ["tokenizer settings that are a list"] = f => File.WriteAllText(Path.Combine(f, "tokenizer_config.json"), "[1]"),
        ["tokenizer class that is a number"] = f =>
            File.WriteAllText(Path.Combine(f, "tokenizer_config.json"), """{"tokenizer_class":3}"""),
    };

    public static IEnumerable<string> Names => Faults.Keys;

    /// <summary>Writes a sound model, and then the fault.</summary>
    public static string Write(string folder, string fault)
    {
        WriteSound(folder);
        Faults[fault](folder);
        return folder;
    }

    public static string WriteSound(string folder)
    {
        Directory.CreateDirectory(folder);
        using var model = new LanguageModel(ModelConfig.Parse((JsonObject)JsonNode.Parse(Small)!));
        new Initialisation().Apply(model, 1);
        ModelFolder.Save(model, folder);
        TokenizerFolder.WriteBytes(folder);
        return folder;
    }

    static void Config(string folder, string text) => File.WriteAllText(Path.Combine(folder, "config.json"), text);

    static void Hole(string path, long bytes)
    {
        using var file = File.Create(path);
        file.SetLength(bytes);
    }

    static void Header(string folder, string header)
    {
        var text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(
            Path.Combine(folder, "model.safetensors"),
            [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[16]]
        );
    }

    static void Index(string folder, string index)
    {
        File.Delete(Path.Combine(folder, "model.safetensors"));
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), index);
    }

    static string Pickle(string folder, string pickle)
    {
        File.Delete(Path.Combine(folder, "model.safetensors"));
        var path = Path.Combine(folder, "pytorch_model.bin");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using var stream = archive.CreateEntry("archive/data.pkl").Open();
        stream.Write(Encoding.Latin1.GetBytes(pickle));
        return path;
    }

    /// <summary>The number of entries in the end record is not that of the directory.</summary>
    static void BadZip(string folder)
    {
        var path = Pickle(folder, ".");
        var bytes = File.ReadAllBytes(path);
        var directory = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        bytes[directory] = 0;
        File.WriteAllBytes(path, bytes);
    }
}
