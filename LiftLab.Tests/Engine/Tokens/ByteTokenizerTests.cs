using System.Text;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.Tokens;

public sealed class ByteTokenizerTests
{
    readonly ByteTokenizer tokenizer = new();

    [Theory]
    [InlineData("When we have x1=<07>, x2=0.27, What is this type? ###0@@@")]
    [InlineData("naïve café — 𝄞 \0 \uFEFF")]
    [InlineData("")]
    [InlineData("####@@@@ <7> <100> <ab> <5")]
    public void Every_text_comes_back(string text) => Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));

    [Fact]
    public void Separators_and_levels_are_one_token_each()
    {
        Assert.Equal(
            [tokenizer.FirstLevelId, tokenizer.FirstLevelId + 99, tokenizer.PromptEndIds[0], tokenizer.AnswerEndIds[0]],
            tokenizer.Encode("<00><99>###@@@")
        );
        for (var level = 0; level < 100; level++)
            Assert.Equal([tokenizer.FirstLevelId + level], tokenizer.Encode(SpecialForms.Level(level)));
    }

    [Fact]
    public void Levels_of_a_column_are_one_token_each_where_the_tokenizer_has_columns()
    {
        var columns = new ByteTokenizer(64);
        var first = columns.FirstLevelId;
        Assert.Equal([first + 107, first + 6_499, first + 7, columns.PromptEndIds[0]], columns.Encode("<1:07><64:99><07>###"));
        Assert.Equal(first + 6_500, columns.VocabularySize);
        Assert.Equal("<1:07><64:99><07>###", columns.Decode(columns.Encode("<1:07><64:99><07>###")));
        Assert.All(columns.Encode("<65:07><0:07><1:7><123:07><01:07>"), id => Assert.InRange(id, 0, 255));
        Assert.All(tokenizer.Encode("<1:07>"), id => Assert.InRange(id, 0, 255));
    }

    [Fact]
    public void A_value_that_ends_like_a_separator_leaves_the_separator_whole()
    {
        Assert.Equal(['C', '#', tokenizer.PromptEndIds[0]], tokenizer.Encode("C#" + Tokenizer.PromptEnd));
        Assert.Equal(['@', tokenizer.AnswerEndIds[0]], tokenizer.Encode("@" + Tokenizer.AnswerEnd));
    }

    [Fact]
    public void Pieces_cover_the_text_without_gaps()
    {
        const string Text = "é <42>###";
        var pieces = tokenizer.Pieces(Text);
        Assert.Equal(tokenizer.Encode(Text), pieces.Select(p => p.Id));
        var at = 0;
        foreach (var piece in pieces)
        {
            Assert.Equal(at, piece.Start);
            at += piece.Length;
        }
        Assert.Equal(Encoding.UTF8.GetByteCount(Text), at);
        Assert.Equal("<42>", pieces[3].Text);
    }
}
