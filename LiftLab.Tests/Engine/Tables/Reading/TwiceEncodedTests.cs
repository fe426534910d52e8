using System.Text;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Text that was encoded as UTF-8 twice.</summary>
public sealed class TwiceEncodedTests
{
    static TwiceEncodedTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    static byte[] Twice(string text) =>
        Encoding.UTF8.GetBytes(Encoding.GetEncoding("windows-1252").GetString(Encoding.UTF8.GetBytes(text)));

    static string Rows(params string[] towns) =>
        "n,town\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},{towns[i % towns.Length]}\n"));

    [Theory]
    [InlineData("Köln", "Zürich", 20)]
    [InlineData("Łódź", "Bonn", 10)]
    [InlineData("東京", "大阪", 20)]
    [InlineData("“Paris”", "Lyon", 10)]
    [InlineData("Ávila", "À", 20)] // bytes that windows-1252 does not define
    public async Task It_is_decoded_twice_and_said_with_a_word(string one, string two, int places)
    {
        var bytes = Twice(Rows(one, two));
        var reading = await SomeTable.ReadAsync(bytes);
        Assert.Equal([one, two], reading.Table["town"].Cells.Take(2));
        Assert.Equal("utf-8-twice", reading.Format.Encoding);
        var said = Assert.Single(reading.Problems);
        Assert.Equal((Severity.Warning, "encoded-twice"), (said.Severity, said.Code));
        Assert.Contains(places == 20 ? "in 20 places" : "places", said.What, StringComparison.Ordinal);
        var asIs = await SomeTable.ReadAsync(bytes, TableReadOptions.Default.With(said.Remedies.Single()));
        Assert.NotEqual(one, asIs.Table["town"].Cells[0]);
        var told = await SomeTable.ReadAsync(bytes, new() { Encoding = "utf-8-twice" });
        Assert.Equal(one, told.Table["town"].Cells[0]);
        Assert.Empty(told.Problems);
    }

    [Fact]
    public async Task A_few_places_among_many_good_letters_are_said_and_kept()
    {
        var text = Rows("Köln", "Zürich", "Genève", "Łódź").Replace("19,Łódź", "19,MÃ¼nchen", StringComparison.Ordinal);
        var reading = await SomeTable.ReadAsync(Encoding.UTF8.GetBytes(text));
        Assert.Equal(("MÃ¼nchen", "utf-8"), (reading.Table["town"].Cells[19], reading.Format.Encoding));
        var said = reading.Problems.Single(p => p.Code == "encoded-twice");
        Assert.Contains("'MÃ¼nchen' in line 21 may stand for 'München'", said.What, StringComparison.Ordinal);
        var mended = await SomeTable.ReadAsync(Encoding.UTF8.GetBytes(text), TableReadOptions.Default.With(said.Remedies.Single()));
        Assert.Equal(["Köln", "München"], [mended.Table["town"].Cells[0], mended.Table["town"].Cells[19]]);
    }

    [Theory]
    [InlineData("Köln", "Zürich")]
    [InlineData("São Paulo", "Örebro")]
    [InlineData("20 °C", "5 µm")]
    [InlineData("Café", "naïve")]
    [InlineData("ÄÖÜ", "ÃO")]
    public async Task Other_text_is_left_alone(string one, string two)
    {
        var reading = await SomeTable.ReadAsync(Encoding.UTF8.GetBytes(Rows(one, two)));
        Assert.Equal((one, "utf-8"), (reading.Table["town"].Cells[0], reading.Format.Encoding));
        Assert.DoesNotContain(reading.Problems, p => p.Code == "encoded-twice");
    }
}
