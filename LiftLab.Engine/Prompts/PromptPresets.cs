using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>The built-in templates. A new template needs one line in <see cref="All"/>.</summary>
public static class PromptPresets
{
    const string Items = "{% for f in features %}x{{ f.index }}={{ f.value }}, {% endfor %}";

    /// <summary>Paper, classification without feature names: <c>When we have x1=0.95, x2=0.27, What is this type? ###</c>.</summary>
    public static PromptTemplate PaperClassification { get; } =
        new("paper", "When we have " + Items + "What is this type? ###", NumberFormat.PaperClassification) { Joint = " " };

    /// <summary>Paper, regression without feature names: <c>When we have x1=-5.8350, what should be the y value?###</c>.</summary>
    public static PromptTemplate PaperRegression { get; } =
        new("paper", "When we have " + Items + "what should be the y value?###", NumberFormat.PaperRegression) { Joint = " " };

    /// <summary>Feature names in the wording of the paper's vehicle prompt, with the target's name as the subject.</summary>
    public static PromptTemplate NamesClassification { get; } =
        new(
            "names",
            "When we have {% for f in features %}{{ f.name }} = {{ f.wording }}, {% endfor %}What's type of this {{ target }}?###",
            NumberFormat.PaperClassification
        )
        {
            Joint = " ",
        };

    /// <summary>Feature names as the paper's OpenML regression loader writes them.</summary>
    public static PromptTemplate NamesRegression { get; } =
        new(
            "names",
            "When we have {% for f in features %}{{ f.name }}={{ f.wording }}, {% endfor %}what should be the {{ target }}?###",
            NumberFormat.PaperRegression
        )
        {
            Joint = " ",
        };

    /// <summary>The paper's generic context form. The first name follows "that" without a space, as published.</summary>
    public static PromptTemplate Context { get; } =
        new(
            "context",
            "Given that{% for f in features %}{{ f.name }} is {{ f.value }}, {% endfor %}What is the category?###",
            NumberFormat.PaperClassification with
            {
                Decimals = 4,
            }
        )
        {
            Joint = " ",
        };

    /// <summary>
    /// The template of the built-in base model: one token per cell, which also identifies the column: levels for numbers
    /// (<c>&lt;3:07&gt;</c>) and, for categories, characters that no other column uses.
    /// </summary>
    public static PromptTemplate LiftMini { get; } =
        new("lift-mini", "{% for f in features %}{{ f.token }}{% endfor %}###", NumberFormat.Scaled) { Missing = "?" };

    /// <summary>
    /// As <c>lift-mini</c>, with levels that all columns share (<c>&lt;07&gt;</c>): a number's column follows only from its distance to the
    /// end of the prompt.
    /// </summary>
    public static PromptTemplate LiftMiniLevels { get; } =
        new("lift-mini-levels", "{% for f in features %}{{ f.symbol }}{% endfor %}###", NumberFormat.Scaled) { Missing = "?" };

    /// <summary>Categories as their own text, each followed by a comma, then one token per number.</summary>
    public static PromptTemplate LiftMiniWords { get; } =
        new(
            "lift-mini-words",
            "{% for f in features %}{% if f.number == false %}{{ f.value }},{% endif %}{% endfor %}{% for f in features %}{% if f.number == true %}{{ f.value }}{% endif %}{% endfor %}###",
            NumberFormat.Scaled
        )
        {
            Missing = "?",
        };

    /// <summary>
    /// One token per cell in table order: levels for numbers, letters for categories. Every row of a table has the same number of tokens,
    /// which in-context learning requires.
    /// </summary>
    public static PromptTemplate Coded { get; } =
        new("coded", "{% for f in features %}{{ f.letter }}{% endfor %}###", NumberFormat.Scaled) { Missing = "?" };

    /// <summary>The paper's sentence with scaled numbers.</summary>
    public static PromptTemplate PaperScaled { get; } =
        PaperClassification with
        {
            Name = "paper-scaled",
            Numbers = NumberFormat.Scaled,
            Joint = "",
        };

    static readonly (PromptTemplate Template, TaskKind? Task)[] All =
    [
        (PaperClassification, TaskKind.Classification),
        (PaperRegression, TaskKind.Regression),
        (NamesClassification, TaskKind.Classification),
        (NamesRegression, TaskKind.Regression),
        (Context, TaskKind.Classification),
        (LiftMini, null),
        (LiftMiniLevels, null),
        (LiftMiniWords, null),
        (Coded, null),
        (PaperScaled, TaskKind.Classification),
        (PaperScaled with { Text = PaperRegression.Text }, TaskKind.Regression),
        .. PaperWordings.All,
    ];

    /// <summary>The presets for a task, in the order in which they are offered.</summary>
    public static IReadOnlyList<PromptTemplate> For(TaskKind task) =>
        [.. All.Where(p => p.Task is null || p.Task == task).Select(p => p.Template)];

    /// <exception cref="ArgumentException">The task has no such preset; the message lists the available ones.</exception>
    public static PromptTemplate Named(string name, TaskKind task) =>
        For(task).FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"no prompt template '{name}' for {task.ToString().ToLowerInvariant()}; available: {string.Join(", ", For(task).Select(t => t.Name))}",
            nameof(name)
        );
}
