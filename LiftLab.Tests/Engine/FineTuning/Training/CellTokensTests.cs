using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Templates;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Engine.Tokens;
using LiftLab.Tests.Engine.Tokens;

namespace LiftLab.Tests.Engine.FineTuning.Training;

/// <summary>Tokens lead back to the cells of the row that they were written from.</summary>
public sealed class CellTokensTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-tokens-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Some prompts of every preset that suits a bundled table.</summary>
    static async Task<List<(PromptTemplate Template, PlacedPrompt Prompt)>> PromptsAsync()
    {
        var all = new List<(PromptTemplate, PlacedPrompt)>();
        foreach (var bundled in BundledTables.All)
        {
            var (table, schema) = await bundled.ReadAsync();
            var task = new LearningTask(table, schema, SplitMaker.Make(table, schema, 0));
            foreach (var template in PromptPresets.For(schema.Task))
            {
                var prompts = TablePrompts.Fit(template, table, schema, task.Split.Train, task.Labels);
                try
                {
                    for (var row = 0; row < table.RowCount; row += 61)
                        all.Add((template, prompts.PromptWithPlaces(table, row)));
                }
                catch (TemplateFaultException)
                {
                    // a preset for another table
                }
            }
        }
        Assert.True(all.Count > 700);
        return all;
    }

    /// <summary>The ids of each cell, in order.</summary>
    static int[][] ByCell(CellTokens tokens) =>
        [
            .. tokens.Spans.Select(span =>
                (int[])[.. Enumerable.Range(0, tokens.Ids.Length).Where(t => tokens.CellOf(t) == span).Select(t => tokens.Ids[t])]
            ),
        ];

    [Theory]
    [InlineData(0)]
    [InlineData(SpecialForms.Columns)]
    public async Task Byte_tokens_of_a_cell_are_the_cell(int columns)
    {
        var tokenizer = new ByteTokenizer(columns);
        var levels = 0;
        foreach (var (template, prompt) in await PromptsAsync())
        {
            var tokens = CellTokens.Of(prompt, tokenizer);
            Assert.Equal(tokenizer.EncodePrompt(prompt.Text), tokens.Ids);
            Assert.Equal(
                prompt.Cells.Select(c => prompt.Text.Substring(c.Start, c.Length)),
                ByCell(tokens).Select(ids => tokenizer.Decode(ids))
            );
            if (columns == 0 && template.Name == "lift-mini")
                continue; // its levels are six bytes where the tokenizer has no columns
            for (var t = 0; t < tokens.Ids.Length; t++)
                if (tokens.CellOf(t) is { Level: { } level })
                {
                    levels++;
                    Assert.Equal(level, tokens.LevelOf(t));
                    Assert.Equal(level, (tokens.Ids[t] - tokenizer.FirstLevelId) % tokenizer.Levels);
                }
                else
                    Assert.Equal(CellTokens.NoLevel, tokens.LevelOf(t));
        }
        Assert.True(levels > 2000, $"{levels} levels");
    }

    [Fact]
    public async Task Tokens_of_byte_pairs_lead_to_the_cell_that_they_share_most_with()
    {
        TokenizerGoldens.WriteGpt2(folder);
        var tokenizer = TokenizerFolder.Load(folder);
        foreach (var (template, prompt) in await PromptsAsync())
        {
            var tokens = CellTokens.Of(prompt, tokenizer);
            Assert.Equal(tokenizer.EncodePrompt(prompt.Text), tokens.Ids);
            // between these presets' cells stand signs and blanks, which a token may share with a cell
            if (template.Name is "paper" or "names" or "context" or "ccpp")
                Assert.Equal(
                    prompt.Cells.Select(c => prompt.Text.Substring(c.Start, c.Length)),
                    ByCell(tokens).Select(ids => tokenizer.Decode(ids).Trim(' ', ',', '='))
                );
        }
    }

    [Fact]
    public void Characters_of_several_bytes_and_tokens_in_front_are_counted()
    {
        var prompt = new PlacedPrompt("\u00e9=\U0001D11Ez;", [new("a", ExamplePart.Prompt, 2, 2), new("b", ExamplePart.Prompt, 4, 1)]);
        var bytes = CellTokens.Of(prompt, new ByteTokenizer());
        Assert.Equal(
            [null, null, null, "a", "a", "a", "a", "b", null],
            Enumerable.Range(0, bytes.Ids.Length).Select(t => bytes.CellOf(t)?.Column)
        );
        TokenizerGoldens.Write("llama2-legacy", folder);
        var llama = TokenizerFolder.Load(folder);
        var tokens = CellTokens.Of(prompt, llama);
        Assert.Equal(llama.EncodePrompt(prompt.Text), tokens.Ids);
        Assert.Equal(llama.Begin[0], tokens.Ids[0]);
        Assert.Null(tokens.CellOf(0));
        string[] columns = [.. Enumerable.Range(0, tokens.Ids.Length).Select(t => tokens.CellOf(t)?.Column).OfType<string>().Distinct()];
        Assert.Equal(["a", "b"], columns);
    }

    [Fact]
    public void A_token_across_two_cells_belongs_to_the_one_it_shares_more_with()
    {
        TokenizerGoldens.WriteGpt2(folder);
        var tokenizer = TokenizerFolder.Load(folder);
        Assert.Single(tokenizer.Encode("hello"));
        string? Column(int split) =>
            CellTokens
                .Of(new("hello", [new("a", ExamplePart.Prompt, 0, split), new("b", ExamplePart.Prompt, split, 5 - split)]), tokenizer)
                .CellOf(0)
                ?.Column;
        Assert.Equal(["b", "b", "a", "a"], Enumerable.Range(1, 4).Select(Column));
    }
}
