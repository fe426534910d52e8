using System.Text;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// A question behind worked examples, as in the paper's in-context prompts (repository, run_exps_helper.py:61-79): each example is its
/// prompt and completion followed by a space; no header, no joint, no line breaks.
/// </summary>
public static class FewShotPrompt
{
    /// <param name="shots">Rows with a target, in the order of the text.</param>
    /// <param name="row">The row that is asked for.</param>
    public static string Of(TablePrompts prompts, Table table, IEnumerable<int> shots, int row)
    {
        var text = new StringBuilder();
        foreach (var shot in shots)
            text.Append(prompts.Prompt(table, shot)).Append(prompts.Completion(table, shot)).Append(' ');
        return text.Append(prompts.Prompt(table, row)).ToString();
    }
}
