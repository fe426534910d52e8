using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Instruct;

/// <summary>The token ids of prompts and completions.</summary>
static class InstructRows
{
    public static IReadOnlyList<TrainingRow> Of(LearningTask task, IReadOnlyList<int> rows, Tokenizer tokenizer)
    {
        var prompts = InstructTexts.Prompts(task.Table, rows);
        var completions = InstructTexts.Completions(task, rows);
        return
        [
            .. prompts.Select(
                (prompt, i) =>
                {
                    var (before, answer) = tokenizer.EncodeTogether(prompt, completions[i]);
                    return TrainingRow.Completion(before, answer);
                }
            ),
        ];
    }
}
