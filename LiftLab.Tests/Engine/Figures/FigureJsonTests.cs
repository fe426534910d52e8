using System.Text.Json;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Runs;

namespace LiftLab.Tests.Engine.Figures;

public sealed class FigureJsonTests
{
    [Fact]
    public void A_figure_reads_as_it_was_written()
    {
        foreach (var figure in SomeFigures.All)
        {
            var text = JsonSerializer.Serialize(figure, RunJson.Line);
            var read = JsonSerializer.Deserialize<Figure>(text, RunJson.Line)!;
            Assert.Equal(text, JsonSerializer.Serialize(read, RunJson.Line));
            Assert.Equal(figure.Series.Select(s => s.GetType()), read.Series.Select(s => s.GetType()));
            Assert.Equal(figure.Table.Row(0), read.Table.Row(0));
        }
    }

    [Fact]
    public void Kinds_unreadable_cells_and_classes_are_written_plainly()
    {
        var text = JsonSerializer.Serialize(SomeFigures.Boundary, RunJson.Line);
        Assert.Contains("\"kind\":\"heat\"", text, StringComparison.Ordinal);
        Assert.Contains("\"cells\":[0,0,1,0,null,1]", text, StringComparison.Ordinal);
        Assert.Contains("\"hue\":{\"role\":\"class\",\"index\":1}", text, StringComparison.Ordinal);
    }
}
