using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class BundledTablePromptTests
{
    /// <summary>
    /// The law of the room: what was written is read back, at the written precision, for every row of every bundled table.
    /// </summary>
    [Fact]
    public async Task Every_row_of_every_bundled_table_is_read_back_as_it_was_written()
    {
        Assert.NotEmpty(BundledTables.All);
        foreach (var bundled in BundledTables.All)
        {
            var (table, schema) = await bundled.ReadAsync();
            var task = new LearningTask(table, schema, SplitMaker.Make(table, schema, 0));
            int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(r => !double.IsNaN(task.Targets[r]))];
            foreach (
                var template in PromptPresets.For(task.Kind).Where(t => t.Text.Contains("for f in features", StringComparison.Ordinal))
            )
            {
                var prompts = TablePrompts.Fit(template, table, schema, rows, task.Labels);
                var precision = prompts.State.Target?.Precision ?? 0.5 * Math.Pow(10, -template.Numbers.TargetDecimals);
                foreach (var row in rows)
                {
                    var example = prompts.Write(table, row);
                    Assert.EndsWith("###", example.Prompt, StringComparison.Ordinal);
                    var answer = prompts.Read(example.Prompt + template.Joint + example.Completion, example.Prompt);
                    if (task.Kind == TaskKind.Classification)
                        Assert.Equal(new Answer.Class((int)task.Targets[row]), answer);
                    else
                        Assert.InRange(
                            Assert.IsType<Answer.Number>(answer).Value - task.Targets[row],
                            -precision * 1.0001,
                            precision * 1.0001
                        );
                }
            }
        }
    }

    [Fact]
    public void Words_stand_in_front_of_numbers_where_they_stay_words()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("size", ColumnKind.Number, ["1", "3"]),
            ("colour", ColumnKind.Category, ["red", ""]),
            ("age", ColumnKind.Number, ["2", "2"]),
            ("y", ColumnKind.Category, ["a", "b"])
        );
        var prompts = TablePrompts.Fit(PromptPresets.LiftMiniWords, data.Table, data.Schema, [0, 1], ["a", "b"]);
        Assert.Equal("red,<30><50>###", prompts.Prompt(data.Table, 0));
        Assert.Equal("?,<69><50>###", prompts.Prompt(data.Table, 1));
    }
}
