using System.Globalization;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Instruct;

/// <summary>What prevents a fine-tune on texts, found without weights.</summary>
static class InstructPlan
{
    /// <summary>Problems that are named one by one.</summary>
    const int MostNamed = 20;

    public static IReadOnlyList<Problem> Check(LearnerSpec spec, LearningTask task, CancellationToken cancel)
    {
        if (task.Schema.Features is not [{ Name: InstructFolder.Prompt }])
            return
            [
                new(
                    Severity.Error,
                    "no-prompt-column",
                    $"texts are learned from a table whose only feature is '{InstructFolder.Prompt}'",
                    "Use the learner lift for other tables."
                ),
            ];
        try
        {
            var folder = ModelByName.Folder(LiftSettings.Of(spec, task.Kind).Model);
            var (context, tokenizer) = (ModelFolder.ReadConfig(folder).MaxPositions, ModelByName.TokenizerOf(folder));
            var problems = new List<Problem>();
            int[] rows = [.. task.Split.Train, .. task.Split.Valid];
            var lengths = InstructRows.Of(task, rows, tokenizer);
            for (var i = 0; i < rows.Length && problems.Count < MostNamed; i++)
            {
                cancel.ThrowIfCancellationRequested();
                if (lengths[i].Length > context)
                    problems.Add(
                        new(
                            Severity.Error,
                            "text-over-context",
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"prompt and completion have {lengths[i].Length} tokens, and the model's context has {context}"
                            ),
                            "Shorten the text, or use a model with a longer context.",
                            rows[i] + 1
                        )
                    );
            }
            return problems;
        }
        catch (ModelFolderException e)
        {
            return [new(Severity.Error, e.Code, e.What, e.WhatToDo)];
        }
        catch (TokenizerFileException e)
        {
            return [new(Severity.Error, "tokenizer-unusable", e.What, e.WhatToDo)];
        }
    }

    /// <summary>Steps and passes of a fit.</summary>
    public static LearnerPlan Of(LearnerSpec spec, LearningTask task, CancellationToken cancel)
    {
        var recipe = LiftSettings.Of(spec, task.Kind).Recipe;
        var rows = task.Split.Train.Count;
        return new(InstructLearner.LearnerName, InstructLearner.Title)
        {
            Models = 1,
            Passes = recipe.EpochsFor(rows),
            Steps = (long)recipe.EpochsFor(rows) * recipe.StepsPerPass(rows),
            Problems = Check(spec, task, cancel),
        };
    }
}
