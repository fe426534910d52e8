using System.Text;
using System.Text.Json;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.Tokens;

public sealed class BpeTokenizerTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-tokens-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string> Variants => new(TokenizerGoldens.Names);

    BpeTokenizer Gpt2(string? config = null)
    {
        TokenizerGoldens.WriteGpt2(folder);
        if (config is not null)
            File.WriteAllText(Path.Combine(folder, "config.json"), config);
        return (BpeTokenizer)TokenizerFolder.Load(folder);
    }

    [Fact]
    public void Gpt2_from_its_two_files_gives_the_ids_of_an_independent_tokenizer()
    {
        using var golden = JsonDocument.Parse(GoldenFile.Unpacked("tokens", "gpt2-texts.json.gz"));
        var gpt2 = Gpt2();
        var rows = golden.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        Assert.True(rows.Length > 1000);
        foreach (var row in rows)
        {
            var text = Encoding.UTF8.GetString(row.GetProperty("t").GetBytesFromBase64());
            var (all, none) = (row.GetProperty("all").Deserialize<int[]>()!, row.GetProperty("none").Deserialize<int[]>()!);
            Assert.Equal(all, gpt2.Encode(text));
            Assert.Equal(none, gpt2.EncodeOrdinary(text));
            Assert.Equal(text, gpt2.Decode(none));
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_tokenizer_json_gives_the_reference_librarys_ids_texts_and_places_without_gaps(string name)
    {
        var expected = TokenizerGoldens.Write(name, folder);
        var tokenizer = (BpeTokenizer)TokenizerFolder.Load(folder);
        foreach (var (text, (ids, decoded)) in TokenizerGoldens.Texts.Zip(expected))
        {
            Assert.Equal(ids, tokenizer.Encode(text));
            if (ids is not [.., var last] || last != tokenizer.PadId)
                Assert.Equal(decoded, tokenizer.Decode(ids)); // padding is not decoded
            var pieces = tokenizer.Pieces(text);
            Assert.Equal(ids, pieces.Select(p => p.Id));
            var at = 0;
            foreach (var piece in pieces)
            {
                Assert.Equal(at, piece.Start);
                at += piece.Length;
            }
            if (pieces.Count > 0)
                Assert.Equal(Encoding.UTF8.GetByteCount(text), at);
        }
    }

    [Fact]
    public void GptJ_has_143_tokens_more_than_GPT2_and_they_stand_for_themselves()
    {
        var gptj = Gpt2("""{ "model_type": "gptj", "vocab_size": 50400 }""");
        Assert.Equal(50400, gptj.VocabularySize);
        Assert.Equal([50257], gptj.Encode("<|extratoken_1|>"));
        int[] all = [.. Enumerable.Range(50257, 143)];
        var text = string.Concat(Enumerable.Range(1, 143).Select(i => $"<|extratoken_{i}|>"));
        Assert.Equal(all, gptj.Encode(text));
        Assert.Equal(text, gptj.Decode(all));
        Assert.DoesNotContain(gptj.EncodeOrdinary(text), id => id >= 50257);
        Assert.Equal("gptj", gptj.Name);
    }

    [Fact]
    public void Separators_that_are_several_tokens_end_a_text_as_they_stand_alone()
    {
        var gpt2 = Gpt2();
        Assert.Equal([21017], gpt2.PromptEndIds);
        Assert.Equal("@@@", gpt2.Decode([.. gpt2.AnswerEndIds]));
        Assert.True(gpt2.AnswerEndIds.Count > 1);
        Assert.Contains("@@@", gpt2.Decode(gpt2.Encode(" 5.123@@@")), StringComparison.Ordinal);
    }

    [Fact]
    public void Padding_is_the_end_of_text_where_a_model_names_none_and_decodes_to_nothing()
    {
        var gpt2 = Gpt2();
        Assert.Equal(50256, gpt2.PadId);
        Assert.Equal("a b", gpt2.Decode([50256, 50256, .. gpt2.Encode("a b"), 50256]));
    }

    [Fact]
    public void Ids_that_no_token_has_decode_to_the_replacement_character_and_negative_ones_are_refused()
    {
        var gpt2 = Gpt2();
        Assert.Equal("\uFFFD", gpt2.Decode([60000]));
        Assert.Throws<ArgumentOutOfRangeException>(() => gpt2.Decode([-1]));
    }

    [Fact]
    public void Pieces_show_the_bytes_of_a_character_that_is_several_tokens()
    {
        var pieces = Gpt2().Pieces("é𠮷");
        Assert.Equal([(0, 2), (2, 1), (3, 1), (4, 1), (5, 1)], pieces.Select(p => (p.Start, p.Length)));
        Assert.Equal("é", pieces[0].Text);
        Assert.Equal("\uFFFD", pieces[1].Text);
    }

    [Fact]
    public void What_a_llama_wants_in_front_is_named_and_not_added()
    {
        TokenizerGoldens.Write("llama2-legacy", folder);
        var llama = (BpeTokenizer)TokenizerFolder.Load(folder);
        Assert.Equal([1], llama.Begin);
        Assert.Equal(2, llama.EndOfText);
        Assert.DoesNotContain(1, llama.Encode("Hello"));
        File.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"),
            """{ "add_bos_token": false, "pad_token": { "content": "<unk>" } }"""
        );
        var changed = (BpeTokenizer)TokenizerFolder.Load(folder);
        Assert.Empty(changed.Begin);
        Assert.Equal(0, changed.PadId);
    }

    [Fact]
    public void Many_threads_get_the_ids_that_one_gets()
    {
        var gpt2 = Gpt2();
        string[] texts =
        [
            .. Enumerable.Range(0, 400).Select(i => $"When we have x{i}={i * 37 % 1000}.{i % 100}, what is number {i * 7}? ###"),
        ];
        int[][] alone = [.. texts.Select(gpt2.Encode)];
        var fresh = (BpeTokenizer)TokenizerFolder.Load(folder);
        var together = new int[texts.Length][];
        Parallel.For(0, texts.Length, new() { MaxDegreeOfParallelism = 4 }, i => together[i] = fresh.Encode(texts[i]));
        Assert.Equal(alone, together);
    }
}
