using System.CommandLine;
using System.Text.RegularExpressions;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>The training rows of <c>bench train</c>: random ids, or rows of a bundled table.</summary>
sealed partial class BenchRows
{
    readonly Option<string?> table = new("--table")
    {
        Description =
            "A bundled table whose rows are learned, in the paper's template, with one token per word, number and sign as GPT-2 divides a text.",
    };
    readonly Option<int> length = new("--length")
    {
        Description = "Tokens per random row, prompt and completion together.",
        DefaultValueFactory = _ => 64,
    };
    readonly Option<int?> shortest = new("--shortest")
    {
        Description = "Tokens of the shortest random row: lengths are then uniform between this and --length.",
    };
    readonly Option<int> completion = new("--completion")
    {
        Description = "Tokens of a random completion. --length minus 1 gives a loss on every token.",
        DefaultValueFactory = _ => 3,
    };

    public IEnumerable<Option> Options => [table, length, shortest, completion];

    public int Length(ParseResult parsed) => parsed.GetValue(length);

    public int Completion(ParseResult parsed) => parsed.GetValue(completion);

    /// <summary>The texts of the table; null for random rows.</summary>
    /// <exception cref="ArgumentException">There is no such table.</exception>
    public async Task<Example[]?> TextsAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(table) is not { } name)
            return null;
        var bundled =
            BundledTables.All.FirstOrDefault(b => b.Name == name)
            ?? throw new ArgumentException(
                $"there is no bundled table '{name}'; the tables are {string.Join(", ", BundledTables.All.Select(b => b.Name))}"
            );
        var (read, schema) = await bundled.ReadAsync(cancel);
        var task = new LearningTask(read, schema, SplitMaker.Make(read, schema, 0));
        var written = TablePrompts.Fit(PromptPresets.Named("paper", schema.Task), read, schema, task.Split.Train, task.Labels);
        return [.. task.Split.Train.Select(r => written.Write(read, r))];
    }

    /// <param name="count">Number of random rows.</param>
    /// <exception cref="ArgumentException">The table has more different tokens than the model.</exception>
    public TrainingRow[] Make(ParseResult parsed, Example[]? texts, int count, int vocabulary)
    {
        if (texts is not null)
            return Numbered(texts, vocabulary);
        var (random, longest, answer) = (new Random(1), Length(parsed), Completion(parsed));
        var least = parsed.GetValue(shortest);
        if (least is { } few && (few <= answer || few > longest))
            throw new ArgumentException("--shortest must be more than --completion and at most --length");
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => least is { } from ? random.Next(from, longest + 1) : longest)
                .Select(tokens =>
                    TrainingRow.Completion(
                        BenchModel.Prompt(random, tokens - answer, vocabulary),
                        BenchModel.Prompt(random, answer, vocabulary)
                    )
                ),
        ];
    }

    static TrainingRow[] Numbered(Example[] texts, int vocabulary)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] Ids(string text) =>
            [.. Pieces().Matches(text).Select(m => numbers.TryGetValue(m.Value, out var id) ? id : numbers[m.Value] = numbers.Count)];
        TrainingRow[] rows = [.. texts.Select(e => TrainingRow.Completion(Ids(e.Prompt), Ids(e.Completion)))];
        return numbers.Count <= vocabulary
            ? rows
            : throw new ArgumentException($"the table has {numbers.Count} different tokens, the model {vocabulary}");
    }

    /// <summary>GPT-2 divides a text so before it merges bytes; such pieces are usually one token each, long numbers more.</summary>
    [GeneratedRegex(@" ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+")]
    private static partial Regex Pieces();
}
