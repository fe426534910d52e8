using LiftLab.Engine.Prompts;
using LiftLab.Engine.Studio;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.Studio;

/// <summary>Desks for the tests of the studio.</summary>
static class Desks
{
    public static async Task<PromptDesk> BundledAsync(string name, Tokenizer? tokenizer = null, int? context = 1024)
    {
        var (table, schema) = await BundledTables.Get(name).ReadAsync();
        return new(new(table, schema, SplitMaker.Make(table, schema, 0)), tokenizer ?? new ByteTokenizer(64), context);
    }

    /// <summary>A table whose rows are all training rows, except the given test rows.</summary>
    public static PromptDesk Of((Table Table, Schema Schema) data, Tokenizer? tokenizer = null, int? context = 1024, params int[] test) =>
        new(
            new(data.Table, data.Schema, new Split([.. Enumerable.Range(0, data.Table.RowCount).Except(test)], [], test)),
            tokenizer ?? new ByteTokenizer(64),
            context
        );

    public static PromptTemplate Paper(PromptDesk desk) => PromptPresets.Named("paper", desk.Task.Kind);
}
