using System.CommandLine;
using LiftLab.Engine.Commands.Tables;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Commands;

/// <summary><c>prompts TABLE</c>: writes a table's prompts and completions as JSON Lines, exactly as training uses them.</summary>
static class PromptsCommand
{
    public static Command Create()
    {
        var table = new Argument<string>("table") { Description = TableOptions.Help };
        var (reading, meaning) = (new TableOptions(), new SchemaOptions());
        var template = new Option<string>("--template")
        {
            Description = "A prompt preset's name, or a file: a template's text, or JSON with a whole template.",
            DefaultValueFactory = _ => LiftSettings.BuiltIn,
        };
        var rows = new Option<int?>("--rows") { Description = "Maximum number of rows, from the first row of the part." };
        var part = new Option<string>("--part") { Description = "all, train, valid or test", DefaultValueFactory = _ => "all" };
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of the split; scales are fitted on its training rows.",
            DefaultValueFactory = _ => 0,
        };
        var tokens = new Option<bool>("--tokens") { Description = "Adds the token ids of prompt and completion." };
        part.AcceptOnlyFromAmong("all", "train", "valid", "test");
        var command = new Command("prompts", "Writes a table's prompts and completions as JSON Lines.")
        {
            table,
            template,
            rows,
            part,
            seed,
            tokens,
        };
        reading.AddTo(command);
        meaning.AddTo(command, withFeatures: true);
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(
                    () =>
                        DoAsync(
                            async () => meaning.Apply(parsed, await reading.OpenAsync(parsed, parsed.GetValue(table)!, cancel)),
                            parsed.GetValue(template)!,
                            parsed.GetValue(rows),
                            parsed.GetValue(part)!,
                            parsed.GetValue(seed),
                            parsed.GetValue(tokens),
                            cancel
                        ),
                    parsed.InvocationConfiguration.Error
                )
        );
        return command;
    }

    static async Task<int> DoAsync(
        Func<Task<OpenedTable>> read,
        string template,
        int? count,
        string part,
        int seed,
        bool withTokens,
        CancellationToken cancel
    )
    {
        try
        {
            var opened = await read();
            var (table, schema) = (opened.Table, SchemaOptions.WithKnownTarget(opened));
            var task = new LearningTask(table, schema, SplitMaker.Make(table, schema, seed));
            var prompts = TablePrompts.Fit(PromptFile.Read(template, task.Kind), table, schema, task.Split.Train, task.Labels);
            var chosen = part switch
            {
                "train" => task.Split.Train,
                "valid" => task.Split.Valid,
                "test" => task.Split.Test,
                _ => [.. Enumerable.Range(0, table.RowCount).Where(r => !double.IsNaN(task.Targets[r]))],
            };
            foreach (var problem in PromptCheck.Of(prompts, table, task.Split.Train))
                Console.Error.WriteLine(problem);
            var tokenizer = new Tokens.ByteTokenizer();
            foreach (var row in chosen.Take(count ?? int.MaxValue))
            {
                cancel.ThrowIfCancellationRequested();
                var example = prompts.Write(table, row);
                var (asked, answer) = withTokens
                    ? tokenizer.EncodeTogether(example.Prompt, prompts.Template.Joint + example.Completion)
                    : ([], []);
                Console.Out.WriteLine(withTokens ? PromptLines.Write(example, asked, answer) : PromptLines.Write(example));
            }
            return ExitCode.Done;
        }
        catch (Exception e) when (e is BadDataException or IOException or KeyNotFoundException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.BadData;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.WrongUsage;
        }
    }
}
