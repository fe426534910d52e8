using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.Tokens;

/// <summary>Odd types, sizes and patterns in a tokenizer's files are one line that names file and entry.</summary>
public sealed class OddTokenizerTests : IDisposable
{
    const string Model = """ "model": { "type": "BPE", "vocab": { "a": 0, "b": 1 }, "merges": [] } """;

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-odd-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    void Write(string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);

    string Refusal()
    {
        var error = Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(folder));
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"add_bos_token":"yes"}""", "add_bos_token")]
    [InlineData("tokenizer_config.json", """{"eos_token":7}""", "eos_token")]
    [InlineData("tokenizer_config.json", """{"pad_token":{"content":7}}""", "content")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":["a"]}""", "tokenizer_class")]
    [InlineData("tokenizer_config.json", "[]", "not a JSON object")]
    [InlineData("tokenizer_config.json", """{"a":1,"a":2}""", "not JSON")]
    [InlineData("special_tokens_map.json", """{"bos_token":true}""", "bos_token")]
    [InlineData("config.json", """{"model_type":3}""", "model_type")]
    [InlineData("config.json", """{"eos_token_id":"0"}""", "eos_token_id")]
    [InlineData("config.json", """{"eos_token_id":[[0]]}""", "eos_token_id")]
    public void A_setting_of_another_type_is_named_with_its_file(string file, string text, string named)
    {
        Write("tokenizer.json", $"{{ {Model} }}");
        TokenizerFolder.Load(folder);
        Write(file, text);
        var message = Refusal();
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.Contains(file, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "model": 5 }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": [], "merges": [] } }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": "0" }, "merges": [] } }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [null] } }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [["a"]] } }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": -1 }, "merges": [] } }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 2000000000 }, "merges": [] } }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0, "b": 0 }, "merges": [] } }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "added_tokens": [{}] }""")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "added_tokens": [{ "id": -4, "content": "x" }] }""")]
    [InlineData(
        """{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "pre_tokenizer": { "type": "Metaspace", "replacement": "" } }"""
    )]
    [InlineData(
        """{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "pre_tokenizer": { "type": "Metaspace", "replacement": null } }"""
    )]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "pre_tokenizer": 3 }""")]
    [InlineData(
        """{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "normalizer": { "type": "Replace", "pattern": { "String": "" }, "content": "x" } }"""
    )]
    [InlineData(
        """{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "decoder": { "type": "Strip", "content": "", "start": 1, "stop": 0 } }"""
    )]
    [InlineData(
        """{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "post_processor": { "type": "TemplateProcessing", "single": [{ "SpecialToken": {} }] } }"""
    )]
    public void A_tokenizer_json_with_odd_types_is_refused(string text)
    {
        Write("tokenizer.json", text);
        Refusal();
    }

    [Theory]
    [InlineData("vocab.json", """{"a":"0"}""")]
    [InlineData("vocab.json", "null")]
    [InlineData("vocab.json", "")]
    [InlineData("vocab.json", """{"a":-1}""")]
    [InlineData("added_tokens.json", """{"x":1.5}""")]
    public void Vocabulary_files_with_odd_types_are_refused(string file, string text)
    {
        Write("vocab.json", """{"a":0,"b":1}""");
        Write("merges.txt", "");
        TokenizerFolder.Load(folder);
        Write(file, text);
        Refusal();
    }

    /// <summary>Patterns that need time exponential in the length of the text.</summary>
    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("([a-zA-Z]+)*x")]
    [InlineData(@"(\\s*)*z")]
    [InlineData("(.*.*)*#")]
    public void A_pattern_that_does_not_end_is_refused_when_the_tokenizer_is_read(string pattern)
    {
        var step = $$"""{ "type": "Split", "pattern": { "Regex": "{{pattern}}" }, "behavior": "Isolated" }""";
        Write("tokenizer.json", $$"""{ {{Model}}, "pre_tokenizer": {{step}} }""");
        Assert.Contains("takes more than 2 seconds", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_does_not_end_on_one_text_is_refused_there()
    {
        var slow = new SplitPattern("^(λ+)+$");
        Assert.Throws<TokenizerFileException>(() => slow.Split(new string('λ', 60) + "!"));
        Assert.Throws<TokenizerFileException>(() => slow.Replace(new string('λ', 60) + "!", ""));
    }

    [Fact]
    public void A_normalizer_that_multiplies_texts_is_refused()
    {
        var step = """{ "type": "Replace", "pattern": { "String": "a" }, "content": "aaaaaaaa" }""";
        var steps = string.Join(", ", Enumerable.Repeat(step, 40));
        Write("tokenizer.json", $$"""{ {{Model}}, "normalizer": { "type": "Sequence", "normalizers": [{{steps}}] } }""");
        var tokenizer = TokenizerFolder.Load(folder);
        Assert.Throws<TokenizerFileException>(() => tokenizer.Encode("aaaa"));
        Assert.NotEmpty(tokenizer.Encode("b"));
    }

    [Fact]
    public void A_vocabulary_that_is_too_large_is_not_read()
    {
        using (var file = File.Create(Path.Combine(folder, "tokenizer.json")))
            file.SetLength(1_500_000_000);
        Assert.Contains("at most", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_that_was_not_fetched_is_called_so()
    {
        Write("tokenizer.json", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
        Assert.Contains("Git LFS pointer", Refusal(), StringComparison.Ordinal);
    }
}
