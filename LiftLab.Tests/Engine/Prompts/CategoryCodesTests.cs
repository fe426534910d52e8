using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;
using LiftLab.Tests.Contracts;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class CategoryCodesTests
{
    static readonly Table Pets = new(
        "pets",
        [
            new("kind", ["cat", "cat", "dog", "", "owl"]),
            new("age", ["1", "2", "3", "4", "5"]),
            new("home", ["city", "farm", "farm", "farm", "ship"]),
            new("y", ["0", "1", "0", "1", "0"]),
        ]
    );

    static readonly Schema Schema = new(
        [
            new("kind", ColumnKind.Category),
            new("age", ColumnKind.Number),
            new("home", ColumnKind.Category),
            new("y", ColumnKind.Integer, ColumnRole.Target),
        ],
        TaskKind.Classification
    );

    static string[] Written(PromptTemplate template) =>
        [
            .. TablePrompts.Fit(template, Pets, Schema, [0, 1, 2, 3], ["0", "1"]) is var prompts
                ? Enumerable.Range(0, 5).Select(r => prompts.Prompt(Pets, r))
                : [],
        ];

    [Fact]
    public void A_letter_counts_within_its_column_and_the_commonest_is_A() =>
        Assert.Equal(["A", "A", "B", "?", "*"], Written(PromptPresets.Coded).Select(p => p[..1]));

    [Fact]
    public void A_symbol_says_its_column_too_and_a_missing_cell_has_one()
    {
        // kind: cat A, dog B, missing C; home: farm D, city E
        Assert.Equal(["A", "A", "B", "C", "*"], Written(PromptPresets.LiftMiniLevels).Select(p => p[..1]));
        Assert.Equal(["E", "D", "D", "D", "*"], Written(PromptPresets.LiftMiniLevels).Select(p => p[5..6]));
    }

    [Fact]
    public void Every_cell_is_one_token()
    {
        var tokenizer = new ByteTokenizer(64);
        foreach (var template in (PromptTemplate[])[PromptPresets.Coded, PromptPresets.LiftMini, PromptPresets.LiftMiniLevels])
            Assert.All(Written(template), p => Assert.Equal(4, tokenizer.Encode(p).Length)); // three features and "###"
    }

    [Fact]
    public void More_categories_than_characters_share_them()
    {
        var codes = CategoryCodes.Fit(Enumerable.Range(0, 60).Select(i => $"c{i:00}"), 70);
        Assert.Equal(53, codes.Symbols);
        Assert.Equal(1, codes.Symbol("c40").Length);
        Assert.Equal(CategoryCodes.Other, codes.Letter("c55"));
    }

    /// <summary>Category cells are lost now and then while training, levels and the end mark never.</summary>
    [Fact]
    public void Training_rows_lose_categories_at_the_recipe_s_rate()
    {
        var task = LearnerLaws.Task(TaskKind.Classification);
        var tokenizer = new ByteTokenizer(64);
        var prompts = TablePrompts.Fit(PromptPresets.LiftMini, task.Table, task.Schema, task.Split.Train, task.Labels);
        var rows = new PromptRows(
            task,
            prompts,
            tokenizer,
            new FineTune
            {
                CategoryDrop = 0.25,
                BatchSize = 10,
                Epochs = 100,
            },
            1
        );
        var all = Enumerable.Range(0, rows.Steps).SelectMany(rows.Rows).ToArray();
        Assert.InRange(all.Count(r => r.Ids[2] == '*') / (double)all.Length, 0.2, 0.3);
        Assert.DoesNotContain(all, r => r.Ids[0] == '*' || r.Ids[1] == '*' || r.Ids[3] == '*');
    }
}
