using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Wordings;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>The built-in templates. A new template needs one line in <see cref="All"/>.</summary>
public static class PromptPresets
{
    /// <summary>
    /// UTF-8 bytes of written-out texts in a prompt of the built-in base model, whose context has 1024 tokens of one byte.
    /// </summary>
    const int BuiltInTextBytes = 400;

    /// <summary>Written-out texts at the end of a prompt of tokens, so that the tokens keep their distance to the start.</summary>
    const string Texts = "{% for f in features %}{% if f.text == true %}{{ f.value }};{% endif %}{% endfor %}";

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

    /// <summary>As <c>names</c>, with the columns' units behind the values.</summary>
    public static PromptTemplate UnitsClassification { get; } =
        NamesClassification with
        {
            Name = "units",
            Text = NamesClassification.Text.Replace("f.wording", "f.measured", StringComparison.Ordinal),
        };

    /// <inheritdoc cref="UnitsClassification"/>
    public static PromptTemplate UnitsRegression { get; } =
        NamesRegression with
        {
            Name = "units",
            Text = NamesRegression.Text.Replace("f.wording", "f.measured", StringComparison.Ordinal),
        };

    /// <summary>The paper's generic context form. The first name follows "that" without a space, as published.</summary>
    public static PromptTemplate Context { get; } =
        new(
            "context",
            "Given that{% for f in features %}{{ f.name }} is {{ f.wording }}, {% endfor %}What is the category?###",
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
    /// (<c>&lt;3:07&gt;</c>) and, for categories, characters that no other column uses. Columns of text follow, written out.
    /// </summary>
    public static PromptTemplate LiftMini { get; } =
        new(
            "lift-mini",
            "{% for f in features %}{% if f.text == false %}{{ f.token }}{% endif %}{% endfor %}" + Texts + "###",
            NumberFormat.Scaled
        )
        {
            Missing = "?",
            TextBytes = BuiltInTextBytes,
        };

    /// <summary>
    /// As <c>lift-mini</c>, with levels that all columns share (<c>&lt;07&gt;</c>): a number's column follows only from its distance to the
    /// end of the prompt.
    /// </summary>
    public static PromptTemplate LiftMiniLevels { get; } =
        new(
            "lift-mini-levels",
            "{% for f in features %}{% if f.text == false %}{{ f.symbol }}{% endif %}{% endfor %}" + Texts + "###",
            NumberFormat.Scaled
        )
        {
            Missing = "?",
            TextBytes = BuiltInTextBytes,
        };

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

    /// <summary>Every preset, in the order in which they are offered.</summary>
    public static IReadOnlyList<PromptPreset> All { get; } =
    [
        new(PaperClassification, TaskKind.Classification, "The paper's sentence without column names, as in “x1=0.95, x2=0.27”."),
        new(PaperRegression, TaskKind.Regression, "The paper's sentence without column names, as in “x1=0.95, x2=0.27”."),
        new(NamesClassification, TaskKind.Classification, "A sentence with the columns' names; every cell is written out."),
        new(NamesRegression, TaskKind.Regression, "A sentence with the columns' names; every cell is written out."),
        new(UnitsClassification, TaskKind.Classification, "As names, with units behind the values, as in “age = 41 years”.")
        {
            SuitsCells = HaveUnits,
        },
        new(UnitsRegression, TaskKind.Regression, "As names, with units behind the values, as in “age=41 years”.")
        {
            SuitsCells = HaveUnits,
        },
        new(Context, TaskKind.Classification, "The paper's form for tables with context, as in “Given that age is 41”."),
        new(LiftMini, null, "One token per number or category, which names its column; texts are written out. Made for lift-mini."),
        new(LiftMiniLevels, null, "As lift-mini, with number tokens that all columns share."),
        new(LiftMiniWords, null, "Categories and texts as they are in the table, then one token per number. Made for lift-mini."),
        new(Coded, null, "One token per cell, also for texts: a text that is not among the 52 most frequent is written as *."),
        new(PaperScaled, TaskKind.Classification, "The paper's sentence with one token per number."),
        new(PaperScaled with { Text = PaperRegression.Text }, TaskKind.Regression, "The paper's sentence with one token per number."),
        .. PaperWordings.All,
        .. PaperVariants.All,
    ];

    static bool HaveUnits(Table table, Schema schema) => schema.Features.Any(f => f.Unit is { Length: > 0 } && f.Kind.IsNumeric());

    /// <summary>The templates for a task, in the order in which they are offered.</summary>
    public static IReadOnlyList<PromptTemplate> For(TaskKind task) => [.. All.Where(p => p.IsFor(task)).Select(p => p.Template)];

    /// <summary>The presets that can be used with a table of these features.</summary>
    public static IReadOnlyList<PromptPreset> For(TaskKind task, IReadOnlyList<string> features) =>
        [.. All.Where(p => p.IsFor(task) && p.Suits(features))];

    /// <summary>The presets whose text makes sense for a table: by its columns' names, their kinds and their cells.</summary>
    public static IReadOnlyList<PromptPreset> For(Table table, Schema schema) =>
        [.. For(schema.Task, [.. schema.Features.Select(f => f.Name)]).Where(p => p.SuitsCells(table, schema))];

    /// <exception cref="ArgumentException">The task has no such preset; the message lists the available ones.</exception>
    public static PromptTemplate Named(string name, TaskKind task) =>
        For(task).FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"no prompt template '{name}' for {task.ToString().ToLowerInvariant()}; available: {string.Join(", ", For(task).Select(t => t.Name))}",
            nameof(name)
        );
}
