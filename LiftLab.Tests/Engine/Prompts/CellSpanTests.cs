using System.Globalization;
using System.Text.RegularExpressions;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Templates;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>The text at the place of a cell is what the template writes for that cell alone.</summary>
public sealed partial class CellSpanTests
{
    [Fact]
    public async Task The_places_of_every_preset_and_bundled_table_hold_the_cells()
    {
        var (prompts, cells) = (0, 0);
        foreach (var bundled in BundledTables.All)
        {
            var (table, schema) = await bundled.ReadAsync();
            var task = new LearningTask(table, schema, SplitMaker.Make(table, schema, 0));
            // the expectation does not follow a text that writes a cell in some rows only
            foreach (var template in PromptPresets.For(schema.Task).Where(t => !t.Text.Contains("{% else %}{{", StringComparison.Ordinal)))
            {
                var written = TablePrompts.Fit(template, table, schema, task.Split.Train, task.Labels);
                var expected = Alone(written);
                foreach (var row in Enumerable.Range(0, table.RowCount).Where(r => r % 7 == 0 && !double.IsNaN(task.Targets[r])))
                {
                    if (!Suits(written, table, row))
                        break;
                    var placed = written.WriteWithPlaces(table, row);
                    Assert.Equal(written.Write(table, row), placed.Example);
                    Assert.Equal(
                        expected.Select(e => (e.Column, e.Cell.Prompt(table, row))),
                        placed
                            .Cells.Where(c => c.Part == ExamplePart.Prompt)
                            .Select(c => (c.Column, placed.Example.Prompt.Substring(c.Start, c.Length)))
                    );
                    var answer = Assert.Single(placed.Cells, c => c.Part == ExamplePart.Completion);
                    Assert.Equal(schema.Target.Name, answer.Column);
                    Assert.Equal(placed.Example.Completion, answer.TextIn(placed.Example) + Separators.Completion);
                    foreach (var cell in placed.Cells.Where(c => c.Level is not null))
                        Assert.EndsWith(
                            cell.Level!.Value.ToString("00", CultureInfo.InvariantCulture) + ">",
                            cell.TextIn(placed.Example),
                            StringComparison.Ordinal
                        );
                    (prompts, cells) = (prompts + 1, cells + placed.Cells.Count);
                }
            }
        }
        Assert.True(prompts > 8000 && cells > 60_000, $"{prompts} prompts, {cells} cells");
    }

    static bool Suits(TablePrompts prompts, Table table, int row)
    {
        try
        {
            prompts.Prompt(table, row);
            return true;
        }
        catch (TemplateFaultException)
        {
            return false;
        }
    }

    /// <summary>Each output of the template in order, as a template of its own, with its column.</summary>
    static List<(string Column, TablePrompts Cell)> Alone(TablePrompts prompts)
    {
        var features = prompts.State.Features;
        var outputs = Output().Matches(prompts.Template.Text).Select(m => m.Groups[1].Value).Where(o => Cell().IsMatch(o)).ToList();
        var inOrder = Enumerable.Range(0, features.Count);
        if (prompts.Template.Name == "lift-mini-words")
            inOrder = inOrder.OrderBy(i => features[i].IsNumeric);
        List<string> written = outputs[0].StartsWith("f.", StringComparison.Ordinal)
            ? [.. inOrder.Select(i => string.Create(CultureInfo.InvariantCulture, $"features[{i}].") + outputs[0][2..])]
            : outputs;
        return
        [
            .. written
                .Select(o =>
                    (
                        Column: o.StartsWith("row", StringComparison.Ordinal)
                            ? o.Split('\'')[1]
                            : features.ElementAtOrDefault(int.Parse(o.Split('[', ']')[1], CultureInfo.InvariantCulture))?.Name ?? "",
                        Text: o
                    )
                )
                .Select(o =>
                    (o.Column, new TablePrompts(prompts.State with { Template = prompts.Template with { Text = $"{{{{ {o.Text} }}}}" } }))
                ),
        ];
    }

    [Fact]
    public void A_cell_that_is_written_twice_or_filtered_or_missing_has_its_places()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("size", ColumnKind.Number, ["1.5", ""]),
            ("name", ColumnKind.Category, ["  Zo\u00eb \U0001D11E ", "x"]),
            ("y", ColumnKind.Category, ["a", "b"])
        );
        const string Text =
            "{{ target }} {{ row.name | strip | upcase }}{% for f in features reversed %}{{ f }};{% if f.missing %}{{ f.name }}{% endif %}{% endfor %}{{ features[0].cell }}###";
        var prompts = TablePrompts.Fit(new("own", Text, NumberFormat.PaperClassification), data.Table, data.Schema, [0, 1], ["a", "b"]);
        (string, string)[] Found(int row)
        {
            var placed = prompts.PromptWithPlaces(data.Table, row);
            return [.. placed.Cells.Select(c => (c.Column, placed.Text.Substring(c.Start, c.Length)))];
        }
        Assert.Equal([("name", "ZO\u00cb \U0001D11E"), ("name", "  Zo\u00eb \U0001D11E "), ("size", "1.50"), ("size", "1.5")], Found(0));
        Assert.Equal([("name", "X"), ("name", "x"), ("size", "unknown"), ("size", "")], Found(1));
    }

    [GeneratedRegex(@"\{\{ (.*?) \}\}")]
    private static partial Regex Output();

    /// <summary>Outputs that write a cell, and not its name, index or unit.</summary>
    [GeneratedRegex(@"^(row|(f|features\[\d+\])\.(value|wording|measured|cell|letter|symbol|token)\b)")]
    private static partial Regex Cell();
}
