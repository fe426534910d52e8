using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>Token counts of a table's rows.</summary>
public static class RowLengths
{
    /// <summary>Approximate number of rows that are tokenised in larger tables, evenly spaced.</summary>
    const int Counted = 2000;

    /// <summary>Length in tokens of the longest row (prompt and answer together) and of the longest answer.</summary>
    public static (int Longest, int Answer) Of(TablePrompts prompts, Table table, IReadOnlyList<int> rows, Tokenizer tokenizer)
    {
        var (longest, answer) = (2, 1);
        var every = Math.Max(1, rows.Count / Counted);
        for (var i = 0; i < rows.Count; i += every)
        {
            var example = prompts.Write(table, rows[i]);
            var (asked, completion) = tokenizer.EncodeTogether(example.Prompt, prompts.Template.Joint + example.Completion);
            longest = Math.Max(longest, asked.Length + completion.Length);
            answer = Math.Max(answer, completion.Length);
        }
        return (longest, answer);
    }
}
