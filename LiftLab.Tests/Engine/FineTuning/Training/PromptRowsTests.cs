using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;
using LiftLab.Tests.Engine.Prompts;

namespace LiftLab.Tests.Engine.FineTuning.Training;

/// <summary>Every pass has every row once; rows of like length share a batch, in an order that the seed alone gives.</summary>
public sealed class PromptRowsTests
{
    static readonly FineTune Recipe = new() { BatchSize = 4, Epochs = 3 };

    /// <summary>90 rows whose one cell is a word of 1 to 30 letters.</summary>
    static LearningTask Words()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("word", ColumnKind.Category, [.. Enumerable.Range(0, 90).Select(i => new string('w', 1 + i * 7 % 30))]),
            ("y", ColumnKind.Category, [.. Enumerable.Range(0, 90).Select(i => i % 2 == 0 ? "a" : "b")])
        );
        return new(data.Table, data.Schema, new([.. Enumerable.Range(0, 90)], [], []));
    }

    static PromptRows Rows(LearningTask task, PromptTemplate template, int seed) =>
        new(task, TablePrompts.Fit(template, task.Table, task.Schema, task.Split.Train, task.Labels), new ByteTokenizer(), Recipe, seed);

    static string[] Pass(PromptRows rows, int pass) =>
        [
            .. Enumerable
                .Range(pass * rows.Steps / rows.Passes, rows.Steps / rows.Passes)
                .SelectMany(rows.Rows)
                .Select(r => string.Join(',', r.Ids)),
        ];

    [Fact]
    public void Every_pass_has_every_row_once_in_another_order()
    {
        var task = Words();
        var rows = Rows(task, PromptPresets.NamesClassification, 5);
        var all = Enumerable
            .Range(0, 90)
            .Select(r =>
                string.Join(
                    ',',
                    PromptRows
                        .Plain(
                            TablePrompts.Fit(PromptPresets.NamesClassification, task.Table, task.Schema, task.Split.Train, task.Labels),
                            new ByteTokenizer(),
                            task.Table,
                            r
                        )
                        .Ids
                )
            )
            .Order(StringComparer.Ordinal);
        Assert.Equal(all, Pass(rows, 0).Order(StringComparer.Ordinal));
        Assert.Equal(all, Pass(rows, 2).Order(StringComparer.Ordinal));
        Assert.NotEqual(Pass(rows, 0), Pass(rows, 1));
        Assert.Equal(Pass(rows, 1), Pass(Rows(task, PromptPresets.NamesClassification, 5), 1));
    }

    [Fact]
    public void Rows_of_like_length_share_a_batch_and_batches_come_in_any_order()
    {
        var rows = Rows(Words(), PromptPresets.NamesClassification, 5);
        int[][] batches = [.. Enumerable.Range(0, rows.Steps / rows.Passes).Select(s => rows.Rows(s).Select(r => r.Length).ToArray())];
        var padding = batches.Sum(b => b.Sum(l => b.Max() - l)) / (double)batches.Sum(b => b.Sum());
        Assert.InRange(padding, 0, 0.02); // shuffled freely it is about a tenth
        Assert.False(batches[..16].Select(b => b.Max()).SequenceEqual(batches[..16].Select(b => b.Max()).Order()));
        Assert.Equal(2, batches[^1].Length);
    }

    /// <summary>Two columns that are equal in every row; covariant noise leaves them equal, noise on each alone does not.</summary>
    [Theory]
    [InlineData(0, 1.5, true)]
    [InlineData(3, 0, false)]
    public void Columns_that_are_one_stay_one_under_covariant_noise(double each, double together, bool equal)
    {
        string[] numbers =
        [
            .. Enumerable.Range(0, 40).Select(i => (i * 7 % 40).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("a", ColumnKind.Number, numbers),
            ("b", ColumnKind.Number, numbers),
            ("y", ColumnKind.Category, [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "u" : "v")])
        );
        var task = new LearningTask(data.Table, data.Schema, new([.. Enumerable.Range(0, 40)], [], []));
        var tokenizer = new ByteTokenizer(4);
        int Level(int id) => (id - tokenizer.FirstLevelId) % tokenizer.Levels;
        var prompts = TablePrompts.Fit(PromptPresets.LiftMini, task.Table, task.Schema, task.Split.Train, task.Labels);
        var rows = new PromptRows(
            task,
            prompts,
            tokenizer,
            new FineTune
            {
                BatchSize = 8,
                Epochs = 4,
                FeatureBlur = each,
                CovariantBlur = together,
            },
            3
        );
        var drawn = Enumerable.Range(0, rows.Steps).SelectMany(rows.Rows).Select(r => (A: Level(r.Ids[0]), B: Level(r.Ids[1]))).ToArray();
        Assert.Equal(equal, drawn.All(d => d.A == d.B));
        var plain = task.Split.Train.Select(row => Level(PromptRows.Plain(prompts, tokenizer, task.Table, row).Ids[0])).ToHashSet();
        Assert.Contains(drawn, d => !plain.Contains(d.A)); // there is noise
    }

    /// <summary>Numbers keep their cells and categories lose them, in whichever order the columns are written.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Categories_are_dropped_in_every_column_order_and_beside_texts(int columnOrders)
    {
        string[] Cells(Func<int, string> cell) => [.. Enumerable.Range(0, 40).Select(cell)];
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("a", ColumnKind.Number, Cells(i => $"{i}")),
            ("b", ColumnKind.Category, Cells(i => i % 3 == 0 ? "red" : "blue")),
            ("c", ColumnKind.Number, Cells(i => $"{i * 7 % 40}")),
            ("d", ColumnKind.Text, Cells(i => $"a text of words {i}")),
            ("y", ColumnKind.Category, Cells(i => i % 2 == 0 ? "u" : "v"))
        );
        var task = new LearningTask(data.Table, data.Schema, new([.. Enumerable.Range(0, 40)], [], []));
        var tokenizer = new ByteTokenizer(8);
        var prompts = TablePrompts.Fit(PromptPresets.LiftMini, task.Table, task.Schema, task.Split.Train, task.Labels);
        var recipe = new FineTune
        {
            BatchSize = 8,
            Epochs = 4,
            CategoryDrop = 0.5,
            ColumnOrders = columnOrders,
        };
        var rows = new PromptRows(task, prompts, tokenizer, recipe, 3);
        string[] texts = [.. Enumerable.Range(0, rows.Steps).SelectMany(rows.Rows).Select(r => tokenizer.Decode(r.Ids))];
        Assert.All(
            texts,
            text =>
            {
                Assert.Matches(@"^(<1:\d\d>|<3:\d\d>|[AB*]){3}a text of words \d+;###[01]@@@$", text);
                Assert.Contains("<1:", text, StringComparison.Ordinal);
                Assert.Contains("<3:", text, StringComparison.Ordinal);
            }
        );
        Assert.InRange(texts.Count(t => t.Contains('*', StringComparison.Ordinal)), texts.Length * 0.3, texts.Length * 0.7);
        var starts = texts.Select(t => t[..2]).Distinct().Count();
        Assert.True(columnOrders == 1 ? starts == 1 : starts > 1);
    }
}
