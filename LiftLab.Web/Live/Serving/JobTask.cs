using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Instruct;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Web.Live.Serving;

/// <summary>
/// A training file as the table of a run: a column of prompts and one of completions. A file that LIFT has written (prompts that end with
/// ###, few different completions that end with @@@) is a table task, whose labels are scored; every other file is learned as text, and its
/// answers are written.
/// </summary>
/// <param name="Form">How LIFT has written the prompts; null for texts.</param>
public sealed record JobTask(Table Table, Schema Schema, Split Split, LiftForm? Form)
{
    const string Prompt = "prompt",
        Completion = "completion";

    public static JobTask Of(IReadOnlyList<TrainingExample> training, IReadOnlyList<TrainingExample> validation)
    {
        TrainingExample[] all = [.. training, .. validation];
        var form = LiftForm.Of(all);
        (string Prompt, string Completion)[] rows = form is null
            ? [.. all.Select(e => (InstructTexts.Cell(e.Prompt), InstructTexts.Cell(e.Completion)))]
            : [.. all.Select(form.Row)];
        return new(
            new("texts", [new(Prompt, [.. rows.Select(r => r.Prompt)]), new(Completion, [.. rows.Select(r => r.Completion)])]),
            new([new(Prompt, ColumnKind.Text), new(Completion, ColumnKind.Category, ColumnRole.Target)], TaskKind.Classification),
            new([.. Enumerable.Range(0, training.Count)], [.. Enumerable.Range(training.Count, validation.Count)], []),
            form
        );
    }

    /// <summary>The learner of the run: LIFT with a template that writes the prompts as they are, or texts.</summary>
    /// <param name="model">The base model as settings name it.</param>
    public LearnerSpec Learner(string model, FineTune recipe, int keptEpochs)
    {
        var template = Form?.Template ?? PromptPresets.PaperClassification;
        var settings = new LiftSettings(model, template, recipe with { Decode = Form is null ? DecodingMode.Greedy : DecodingMode.Labels })
        {
            KeptEpochs = keptEpochs,
        };
        return Form is not null ? settings.ToSpec() : new(InstructLearner.LearnerName, settings.ToJson());
    }
}
