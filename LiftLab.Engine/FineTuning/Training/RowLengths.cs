using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>How many tokens a table's rows come to.</summary>
public static class RowLengths
{
    /// <summary>Rows of a larger table that are counted, evenly spread over it.</summary>
    const int Counted = 2000;

    /// <summary>Tokens of the longest row, prompt and answer together, and of the longest answer.</summary>
    public static (int Longest, int Answer) Of(TablePrompts prompts, Table table, IReadOnlyList<int> rows, Tokenizer tokenizer)
    {
        var (longest, answer) = (2, 1);
        var every = Math.Max(1, rows.Count / Counted);
        for (var i = 0; i < rows.Count; i += every)
        {
            var example = prompts.Write(table, rows[i]);
            var completion = tokenizer.Encode(prompts.Template.Joint + example.Completion).Length;
            longest = Math.Max(longest, tokenizer.EncodePrompt(example.Prompt).Length + completion);
            answer = Math.Max(answer, completion);
        }
        return (longest, answer);
    }
}
