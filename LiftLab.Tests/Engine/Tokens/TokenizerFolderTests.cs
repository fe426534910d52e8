using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.Tokens;

public sealed class TokenizerFolderTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-tokens-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    void Write(string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);

    [Fact]
    public void A_folder_without_a_tokenizer_says_which_files_to_add()
    {
        var error = Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(folder));
        Assert.Contains("tokenizer.json, or vocab.json and merges.txt", error.WhatToDo, StringComparison.Ordinal);
        Write("tokenizer.model", "x");
        Assert.Contains(
            "only a tokenizer.model",
            Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(folder)).WhatToDo,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_marked_for_bytes_has_the_byte_tokenizer()
    {
        TokenizerFolder.WriteBytes(folder);
        Assert.IsType<ByteTokenizer>(TokenizerFolder.Load(folder));
    }

    [Fact]
    public void Columns_with_levels_of_their_own_are_kept_and_nonsense_is_refused()
    {
        TokenizerFolder.WriteBytes(folder, 64);
        Assert.Equal(64, TokenizerFolder.Load(folder).LevelColumns);
        foreach (var wrong in (string[])["-1", "65", "\"many\"", "1.5"])
        {
            Write("tokenizer_config.json", $$"""{ "tokenizer_class": "LiftLabBytes", "level_columns": {{wrong}} }""");
            Assert.Contains(
                "level_columns is " + wrong,
                Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(folder)).What,
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("""{ "model": { "type": "Unigram", "vocab": [] } }""", "Unigram")]
    [InlineData(
        """{ "model": { "type": "BPE", "vocab": {}, "merges": [] }, "pre_tokenizer": { "type": "BertPreTokenizer" } }""",
        "BertPreTokenizer"
    )]
    [InlineData(
        """{ "model": { "type": "BPE", "vocab": {}, "merges": [] }, "normalizer": { "type": "Sequence", "normalizers": [ { "type": "Nmt" } ] } }""",
        "Nmt"
    )]
    [InlineData(
        """{ "model": { "type": "BPE", "vocab": {}, "merges": [] }, "pre_tokenizer": { "type": "Split", "pattern": { "Regex": "\\p{Han}" }, "behavior": "Isolated" } }""",
        @"\p{Han}"
    )]
    public void What_is_not_known_is_refused_by_name_and_never_left_out(string json, string named)
    {
        Write("tokenizer.json", json);
        Assert.Contains(named, Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(folder)).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json", "{ \"model\"")]
    [InlineData("tokenizer.json", "[]")]
    [InlineData("tokenizer.json", "{ }")]
    public void A_broken_tokenizer_json_is_named(string file, string content)
    {
        Write(file, content);
        Assert.Contains(file, Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(folder)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_line_of_merges_is_named_with_its_number()
    {
        Write("vocab.json", """{ "a": 0, "b": 1, "ab": 2 }""");
        Write("merges.txt", "#version: 0.2\na b\nab\n");
        Assert.Contains("line 3", Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(folder)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_of_another_vocabulary_are_refused()
    {
        Write("vocab.json", """{ "a": 0, "b": 1 }""");
        Write("merges.txt", "#version: 0.2\na z\n");
        Assert.Contains(
            "do not match",
            Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(folder)).What,
            StringComparison.Ordinal
        );
    }
}
