using System.Text;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>An encoding that the file does not tell is a guess, and is said to be one.</summary>
public sealed class EncodingGuessTests
{
    static EncodingGuessTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("windows-1252", "Köln", "Zürich")]
    [InlineData("windows-1251", "сухая", "мокрая")]
    [InlineData("koi8-r", "сухая", "мокрая")]
    [InlineData("ibm850", "Köln", "Zürich")]
    [InlineData("macintosh", "Köln", "Zürich")]
    [InlineData("shift_jis", "乾燥", "湿った")]
    [InlineData("gb18030", "干燥", "潮湿")]
    public async Task The_guess_is_said_with_a_word_and_can_be_changed(string name, string one, string two)
    {
        var text = "n,kind\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},{(i % 2 == 0 ? one : two)}\n"));
        var bytes = Encoding.GetEncoding(name).GetBytes(text);
        var reading = await SomeTable.ReadAsync(bytes);
        Assert.Equal(name, reading.Format.Encoding);
        Assert.Equal(one, reading.Table["kind"].Cells[0]);
        var said = Assert.Single(reading.Problems);
        Assert.Equal("encoding-guessed", said.Code);
        Assert.Contains($"'{one}' in line 2", said.What, StringComparison.Ordinal);
        var told = await SomeTable.ReadAsync(bytes, new() { Encoding = "iso-8859-15" });
        Assert.Equal("iso-8859-15", told.Format.Encoding);
        Assert.NotEqual(one, name is "windows-1252" ? "" : told.Table["kind"].Cells[0]);
    }

    [Fact]
    public async Task A_file_of_UTF8_that_ends_in_a_character_is_UTF8()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("n,kind\n1,a\n2,b\n3,K"), 0xC3];
        var reading = await SomeTable.ReadAsync(bytes);
        Assert.Equal("utf-8", reading.Format.Encoding);
        Assert.Equal(("bad-byte", 3), (reading.Problems[0].Code, reading.Problems[0].Row));
    }

    [Fact]
    public async Task NUL_at_the_end_is_left_out()
    {
        var reading = await SomeTable.ReadAsync([.. Encoding.UTF8.GetBytes("n,kind\n1,a\n2,b\n"), .. new byte[500]]);
        Assert.Equal((2, "nul-end"), (reading.Table.RowCount, Assert.Single(reading.Problems).Code));
    }

    [Fact]
    public async Task An_unknown_encoding_is_refused_with_the_names() =>
        Assert.Contains(
            "koi8-r",
            (await SomeTable.RefusedAsync("a,b\n1,2\n", new() { Encoding = "klingon" })).Problems[0].WhatToDo,
            StringComparison.Ordinal
        );
}
