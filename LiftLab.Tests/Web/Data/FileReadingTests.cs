using Bunit;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Pages.Data;

namespace LiftLab.Tests.Web.Data;

/// <summary>How the file of a table is read, on the dataset page.</summary>
public sealed class FileReadingTests : PageTest
{
    [Fact]
    public void Encoding_delimiter_and_header_can_be_overruled()
    {
        var told = new List<TableReadOptions?>();
        var format = new TableFormat("csv", "windows-1252", ',', '.', true, null, [], []) { SkippedRows = 2 };
        var card = Page.Render<FileReading>(p => p.Add(x => x.Format, format).Add(x => x.Changed, told.Add));
        var fields = card.FindAll("select");
        Assert.Equal(
            ["guessed: windows-1252", "guessed: commas", "guessed: 1", "guessed: 2", "guessed"],
            fields.Select(f => f.Children[0].TextContent)
        );
        fields[0].Change("macintosh");
        card.FindAll("select")[1].Change(" ");
        card.FindAll("select")[2].Change("0");
        card.FindAll("select")[3].Change("0");
        card.Find("input[type=checkbox]").Change(true);
        Assert.Equal("macintosh", told[0]!.Encoding);
        Assert.Equal(' ', told[1]!.Delimiter);
        Assert.Equal((false, null), (told[2]!.HasHeader, told[2]!.HeaderRows));
        Assert.Equal(0, told[3]!.SkippedRows);
        Assert.True(told[4]!.EveryRow);
    }
}
