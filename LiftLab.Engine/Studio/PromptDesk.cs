using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Studio;

/// <summary>
/// A table with a base model's tokenizer, at which templates are tried. A change of the template's text alone reuses what was fitted on
/// the training rows. For one caller at a time.
/// </summary>
/// <param name="context">The model's context in tokens; null if it is not known.</param>
/// <param name="known">A template that is fitted already; null for none.</param>
public sealed class PromptDesk(LearningTask task, Tokenizer? tokenizer, int? context, PromptState? known = null)
{
    PromptTemplate? fittedFor = known is null ? null : Key(known.Template);
    PromptState? fitted = known;

    public LearningTask Task => task;

    public Tokenizer? Tokenizer => tokenizer;

    public int? Context => context;

    public Table Table => task.Table;

    /// <summary>The template fitted on the training rows.</summary>
    /// <exception cref="FormatException">The template cannot be used; a <see cref="Prompts.Templates.TemplateFaultException"/> gives the
    /// place.</exception>
    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    public TablePrompts Fit(PromptTemplate template)
    {
        template.Check();
        var key = Key(template);
        if (fitted is { } state && key == fittedFor)
            return new(state with { Template = template });
        var prompts = TablePrompts.Fit(template, task.Table, task.Schema, task.Split.Train, task.Labels);
        (fittedFor, fitted) = (key, prompts.State);
        return prompts;
    }

    /// <summary>The parts of a template that decide what is fitted.</summary>
    static PromptTemplate Key(PromptTemplate template) => template with { Text = "", Name = "", Joint = "", Missing = "", Version = null };

    /// <summary>The template and the lens of a row, or what is wrong with the template.</summary>
    public (TablePrompts? Prompts, RowLens? Lens, Exception? Fault) Try(PromptTemplate template, int row)
    {
        try
        {
            var prompts = Fit(template);
            return (prompts, Lens(prompts, row), null);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return (null, null, e);
        }
    }

    /// <exception cref="FormatException">The template cannot write the row.</exception>
    public RowLens Lens(TablePrompts prompts, int row) => RowLens.Of(prompts, task.Table, row, task.Targets[row], tokenizer);

    /// <summary>The text of a row, prompt, joint and answer.</summary>
    public string Text(TablePrompts prompts, int row)
    {
        var prompt = prompts.Prompt(task.Table, row);
        return double.IsNaN(task.Targets[row]) ? prompt : prompt + prompts.Template.Joint + prompts.Completion(task.Targets[row]);
    }

    /// <summary>Number of tokens of a row as training counts them; null without a tokenizer.</summary>
    public int? Count(TablePrompts prompts, int row) => tokenizer?.EncodePrompt(Text(prompts, row)).Length;
}
