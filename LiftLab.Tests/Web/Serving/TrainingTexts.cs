using System.Text;
using System.Text.Json;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Web.Serving;

/// <summary>Training files.</summary>
static class TrainingTexts
{
    /// <summary>Iris in the paper's form, as LIFT writes it.</summary>
    public static async Task<(byte[] Train, byte[] Valid, IReadOnlyList<Example> Test)> IrisAsync()
    {
        var table = (await TableReader.ReadAsync(Path.Combine(BundledTables.Folder, "iris.csv"))).Table;
        var schema = SchemaGuess.Guess(table);
        var split = SplitMaker.Make(table, schema, 0);
        var labels = ClassLabels.InOrder(table[schema.Target.Name].Cells);
        var prompts = TablePrompts.Fit(PromptPresets.Named("paper", schema.Task), table, schema, split.Train, labels);
        return (Lines(split.Train), Lines(split.Valid), [.. split.Test.Select(r => prompts.Write(table, r))]);

        byte[] Lines(IReadOnlyList<int> rows) =>
            Encoding.UTF8.GetBytes(
                string.Concat(
                    rows.Select(r => prompts.Write(table, r))
                        .Select(e => PromptLines.Write(e with { Completion = prompts.Template.Joint + e.Completion }) + "\n")
                )
            );
    }

    /// <summary>Questions and answers that are no table, with marks of their own.</summary>
    public static byte[] Questions(int count = 24) =>
        Encoding.UTF8.GetBytes(
            string.Concat(
                Enumerable
                    .Range(0, count)
                    .Select(i =>
                        JsonSerializer.Serialize(
                            new { prompt = $"Q: what is {i} plus, \"one\"?\r\n\tA:", completion = $"  {i + 1}, naturally \u00e9 \n END" }
                        ) + "\n"
                    )
            )
        );

    public static byte[] Chats(int count = 12) =>
        Encoding.UTF8.GetBytes(
            string.Concat(
                Enumerable
                    .Range(0, count)
                    .Select(i =>
                        JsonSerializer.Serialize(
                            new
                            {
                                messages = new object[]
                                {
                                    new { role = "system", content = "You answer in one word." },
                                    new { role = "user", content = $"Colour {i}?" },
                                    new { role = "assistant", content = i % 2 == 0 ? "red" : "blue" },
                                    new { role = "user", content = "Sure?" },
                                    new { role = "assistant", content = "yes" },
                                },
                            }
                        ) + "\n"
                    )
            )
        );
}
