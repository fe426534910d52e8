using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Templates;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// The prompts of one table: a template fitted to the table's schema and training rows. The same object writes prompts and
/// reads answers: <c>Read(Write(row).Completion)</c> is the row's target at the written precision.
/// </summary>
public sealed class TablePrompts
{
    readonly TemplateText text;
    readonly AnswerText answers;
    readonly AnswerReader reader;
    readonly int[] order;
    readonly FeatureWriter[] writers;
    readonly Dictionary<string, FeatureWriter> byName;

    /// <exception cref="FormatException">The template's text is not a valid template.</exception>
    public TablePrompts(PromptState state)
    {
        State = state;
        Template.Check();
        order = [.. state.Order ?? [.. Enumerable.Range(0, state.Features.Count)]];
        answers = AnswerText.Of(state);
        writers = [.. state.Features.Select((f, i) => new FeatureWriter(f, i, Template, answers.IntegersAsDecimals))];
        byName = writers.ToDictionary(w => w.Feature.Name, StringComparer.Ordinal);
        text = new(Template.Text, byName.Keys);
        Completions = [.. answers.Classes.Select(text => text + Separators.Completion)];
        reader = new(answers);
    }

    /// <summary>Fits the template: scales, category codes and the answer's range come from the training rows only.</summary>
    /// <param name="labels">Class labels in class order; empty for regression.</param>
    public static TablePrompts Fit(
        PromptTemplate template,
        Table table,
        Schema schema,
        IReadOnlyList<int> trainRows,
        IReadOnlyList<string> labels
    )
    {
        var features = FeatureFit.Of(template, table, schema, trainRows);
        return new(
            new PromptState(
                template,
                schema.Task,
                schema.Target.Name,
                features,
                labels,
                schema.Target.Kind == ColumnKind.Integer,
                AnswerText.ScaleOf(template, schema, table, trainRows)
            )
            {
                TargetReadableName = schema.Target.ReadableName,
                LabelTexts = schema.Target.LabelsOf(labels),
            }
        );
    }

    public PromptState State { get; }

    /// <summary>Ends the writing of prompts, for work on many rows that a person may leave.</summary>
    public CancellationToken Cancel { get; set; }

    public PromptTemplate Template => State.Template;

    /// <summary>The completion of every label with its end mark, in class order; empty for regression.</summary>
    public IReadOnlyList<string> Completions { get; }

    /// <summary>The same prompts with the features in another order; each feature keeps its column number.</summary>
    public TablePrompts WithOrder(IReadOnlyList<int> featureOrder) => new(State with { Order = featureOrder });

    /// <summary>The row's question and answer. The row must have a target.</summary>
    public Example Write(Table table, int row) => new(Prompt(table, row), Completion(table, row));

    /// <summary>The question, up to and including <c>###</c>. Columns are found by name; the target may be absent.</summary>
    public string Prompt(Table table, int row) => Prompt([.. State.Features.Select(f => table[f.Name].Cells[row])]);

    /// <param name="cells">One per feature, in table order; empty for missing.</param>
    public string Prompt(IReadOnlyList<string> cells)
    {
        using var page = new PromptPage();
        Render(cells, page);
        return page.ToString();
    }

    /// <summary>The row's question, as <see cref="Prompt(Table, int)"/> writes it, with the places of its cells.</summary>
    public PlacedPrompt PromptWithPlaces(Table table, int row) =>
        PromptWithPlaces([.. State.Features.Select(f => table[f.Name].Cells[row])]);

    /// <param name="row">One cell per feature, in table order; empty for missing.</param>
    public PlacedPrompt PromptWithPlaces(IReadOnlyList<string> row)
    {
        var cells = new List<CellSpan>(order.Length);
        using var page = new PromptPage(
            (feature, start, cell) =>
                cells.Add(new(State.Features[feature].Name, ExamplePart.Prompt, start, cell.Text.Length, cell.Level, cell.Coded))
        );
        Render(row, page);
        return new(page.ToString(), cells);
    }

    /// <summary>The row's question and answer with the places of its cells. The row must have a target.</summary>
    public PlacedExample WriteWithPlaces(Table table, int row)
    {
        var (prompt, completion) = (PromptWithPlaces(table, row), Completion(table, row));
        var answer = new CellSpan(State.TargetName, ExamplePart.Completion, 0, completion.Length - Separators.Completion.Length);
        return new(new(prompt.Text, completion), [.. prompt.Cells, answer]);
    }

    void Render(IReadOnlyList<string> cells, PromptPage page)
    {
        Cancel.ThrowIfCancellationRequested();
        var features = new FeatureText[order.Length];
        for (var i = 0; i < order.Length; i++)
            features[i] = new(writers[order[i]], cells[order[i]]);
        text.Render(new(new(features), new(byName, cells), Template.Marked(State.TargetReadableName ?? State.TargetName)), page);
    }

    /// <summary>The answer of a row that has a target.</summary>
    /// <exception cref="ArgumentException">The row's target is missing, not a number, or not a known label.</exception>
    public string Completion(Table table, int row) => Completion(answers.ValueOf(table[State.TargetName], row));

    /// <summary>The answer for a target: a class index, or a number in the target's unit.</summary>
    /// <exception cref="ArgumentException">The number is not finite.</exception>
    public string Completion(double target) => answers.Write(target) + Separators.Completion;

    /// <summary>Parses an answer.</summary>
    /// <param name="answer">The text that the model wrote after the prompt, with or without the prompt in front.</param>
    /// <param name="prompt">The prompt, if the text may begin with it.</param>
    public Answer Read(string answer, string? prompt = null) => reader.Read(answer, prompt);
}
