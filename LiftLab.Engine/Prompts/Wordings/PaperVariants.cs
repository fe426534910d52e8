using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Wordings;

/// <summary>
/// Further prompts of the paper's code: tables without names whose categories become numbers, the student table, the helper tables with
/// names, two stages, images, generated tables and prompts that contradict the target.
/// </summary>
static class PaperVariants
{
    static readonly NumberFormat Raw = new(NumberStyle.AsWritten, TargetDecimals: 4);

    public static IReadOnlyList<PromptPreset> All { get; } =
    [
        Regression(
            "servo-values",
            "The paper's Servo prompt without names: motor and screw A to E are 1 to 5.",
            Values(Letter("M"), Letter("S"), Number("P"), Number("V"))
        ) with
        {
            Suits = names => PaperWordings.Has(names, "M", "S", "P", "V"),
        },
        Regression(
            "ccpp-values",
            "The paper's prompt for Combined Cycle Power Plant without names.",
            Values(Number("AT"), Number("V"), Number("AP"), Number("RH"))
        ) with
        {
            Suits = names => PaperWordings.Has(names, "AT", "AP", "RH", "V"),
        },
        Regression(
            "insurance-values",
            "The paper's prompt for Medical Insurance without names: sex, smoker and region are numbers.",
            Values(
                Number("age"),
                Coded("sex", ("female", "1"), ("male", "-1")),
                Number("bmi"),
                Number("children"),
                Coded("smoker", ("yes", "1"), ("no", "-1")),
                Coded("region", ("southeast", "1"), ("northwest", "2"), ("southwest", "3"), ("northeast", "4"))
            )
        ) with
        {
            Suits = names => PaperWordings.Has(names, "age", "sex", "children", "region", "smoker", "bmi"),
        },
        new(
            new("student-values", "When we have {% for f in features %}x{{ f.index }}={{ f.cell }}, {% endfor %}what is the y?###", Raw)
            {
                Joint = " ",
            },
            TaskKind.Regression,
            "The paper's prompt for student grades (OpenML 42351) without names: every cell as it is written."
        )
        {
            Suits = StudentWording.Suits,
        },
        new(
            StudentWording.Template,
            TaskKind.Regression,
            "The paper's sentences for student grades (OpenML 42351), with its converter's faults."
        )
        {
            Suits = StudentWording.Suits,
        },
        new(
            new(
                "openml-numbers",
                "When we have {% for f in features %}{{ f.name }}={{ f.cell | decimals: 4 }}, {% endfor %}what should be the {{ target }}?###",
                Raw
            )
            {
                Joint = " ",
            },
            TaskKind.Regression,
            "The paper's loader of OpenML tables where every column is a number: four decimals each, the answer as it is written."
        )
        {
            SuitsCells = (_, schema) => schema.Features.All(f => f.Kind.IsNumeric()),
        },
        new(
            new(
                "openml-mixed",
                "When we have {% for f in features %}{{ f.name }}={% if f.integer == true %}{{ f.cell | integer }}{% elsif f.number == true %}"
                    + "{{ f.cell | decimals: 4 }}{% else %}{{ f.cell }}{% endif %}, {% endfor %}what should be the {{ target }}?###",
                Raw
            )
            {
                Joint = " ",
            },
            TaskKind.Regression,
            "The paper's loader of OpenML tables with words: integers stay integers, other numbers have four decimals."
        )
        {
            SuitsCells = (_, schema) => schema.Features.Any(f => !f.Kind.IsNumeric()),
        },
        Helper(
            "iris-names",
            "Given a iris plant with ",
            "what is the type of it?",
            "The paper's early prompt for iris flowers, with the class's name as the answer."
        ) with
        {
            Suits = names => names.Count == 4 && names.All(n => PaperWordings.Mentions(n, "sepal", "petal")),
        },
        Helper(
            "breast-names",
            "Given a cell nuclei with ",
            "what is the condition?",
            "The paper's early prompt for breast cancer cells, with the class's name as the answer."
        ) with
        {
            Suits = names => names.Any(n => PaperWordings.Mentions(n, "mean radius", "radius mean", "radius_mean", "mean_radius")),
        },
        Helper(
            "wine-names",
            "Given the wine with ",
            "which class does it belong to?",
            "The paper's early prompt for wines, with the class's name as the answer."
        ) with
        {
            Suits = names => names.Any(n => PaperWordings.Mentions(n, "malic")),
        },
        .. new[] { 1, 2, 3 }.Select(TwoStage),
        new(
            new(
                "pixels",
                "Given image with pixels {% for f in features %}{{ f.cell | integer }} {% endfor %}What is this digit?###",
                NumberFormat.PaperClassification
            )
            {
                Joint = " ",
            },
            TaskKind.Classification,
            "The paper's prompt for images: the pixels row by row, 0 to 255."
        )
        {
            SuitsCells = (_, schema) => schema.Features.Count >= FewestPixels && schema.Features.All(f => f.Kind == ColumnKind.Integer),
        },
        new(
            new(
                "figure-pixels",
                "An image with pixel values of {% for f in features %}{% if f.index != 1 %}, {% endif %}{{ f.cell | integer }}{% endfor %} is digit###",
                NumberFormat.PaperClassification
            )
            {
                Joint = " ",
            },
            TaskKind.Classification,
            "The sentence of the paper's figure for images: the pixels between commas, the digit as the end of the sentence."
        )
        {
            SuitsCells = (_, schema) => schema.Features.Count >= FewestPixels && schema.Features.All(f => f.Kind == ColumnKind.Integer),
        },
        new(
            new(
                "figure-iris",
                "An Iris plant with sepal length {{ features[0].value }}cm, sepal width {{ features[1].value }}cm, "
                    + "petal length {{ features[2].value }}cm, and petal width {{ features[3].value }}cm is###",
                Raw
            )
            {
                Joint = " ",
                Classes = ClassWording.Label,
            },
            TaskKind.Classification,
            "The sentence of the paper's first figure for iris flowers: the class's name is the end of the sentence."
        )
        {
            Suits = names =>
                names.Count == 4
                && names
                    .Zip(["sepal length", "sepal width", "petal length", "petal width"])
                    .All(n => PaperWordings.Mentions(n.First.Replace('_', ' '), n.Second)),
        },
        new(
            new("figure-if", "If {% for f in features %}x{{ f.index }}={{ f.value }}, {% endfor %}then y=###", Raw) { Joint = " " },
            null,
            "The form of the paper's figure without names: cells as they are written, the answer as the end of an equation."
        ),
        new(
            new(
                "generated",
                "When we have x1={{ features[0].value }}, x2={{ features[1].value }}, what should be the y value?###",
                NumberFormat.PaperClassification with
                {
                    Decimals = 4,
                }
            )
            {
                Joint = " ",
            },
            TaskKind.Classification,
            "The paper's prompt for tables that a neural network generated: two numbers with four decimals."
        )
        {
            SuitsCells = TwoNumbers,
        },
        Claim("contradict-none", "y=what is y?", "The paper's test of contradicting prompts, without a claim."),
        Claim(
            "contradict-sum",
            "x1+x2=what is y?",
            "The paper's test of contradicting prompts: the prompt claims that the target is x1+x2."
        ),
        Claim(
            "contradict-difference",
            "x1-x2=what is y?",
            "The paper's test of contradicting prompts: the prompt claims that the target is x1-x2."
        ),
        Asked("ask-sum", "what is x1+x2?", "The first form of the paper's contradicting prompts: it asks for x1+x2."),
        Asked("ask-difference", "what is x1-x2?", "The first form of the paper's contradicting prompts: it asks for x1-x2."),
    ];

    /// <summary>Images of the paper have 324 pixels; smaller ones occur in its reduced tables.</summary>
    const int FewestPixels = 64;

    static bool TwoNumbers(Table table, Schema schema) => schema.Features.Count == 2 && schema.Features.All(f => f.Kind.IsNumeric());

    static PromptPreset Regression(string name, string summary, string text) =>
        new(new(name, text, new(NumberStyle.Decimal, 4, 4)) { Joint = " " }, TaskKind.Regression, summary);

    static PromptPreset Helper(string name, string start, string question, string summary) =>
        new(
            new(
                name,
                start + "{% for f in features %}{{ f.name }}={{ f.value }}, {% endfor %}" + question + "###",
                NumberFormat.PaperClassification with
                {
                    Decimals = 4,
                }
            )
            {
                Joint = " ",
                Classes = ClassWording.Label,
            },
            TaskKind.Classification,
            summary
        );

    static PromptPreset TwoStage(int task) =>
        new(
            new(
                FormattableString.Invariant($"two-stage-{task}"),
                FormattableString.Invariant($"Given task {task}, ")
                    + "x1={{ features[0].value }}, x2={{ features[1].value }}, What is the cluster?###",
                NumberFormat.PaperClassification
            )
            {
                Joint = " ",
            },
            TaskKind.Classification,
            task == 3
                ? "The paper's two-stage prompt of the target task, after training on the tasks 1 and 2."
                : FormattableString.Invariant($"The paper's two-stage prompt of task {task}, on which the model is trained first.")
        )
        {
            SuitsCells = TwoNumbers,
        };

    static PromptPreset Claim(string name, string question, string summary) => Sum(name, "", question, summary);

    static PromptPreset Asked(string name, string question, string summary) => Sum(name, "When we have ", question, summary);

    static PromptPreset Sum(string name, string start, string question, string summary) =>
        new(
            new(name, start + "x1={{ features[0].value }}, x2={{ features[1].value }}, " + question + "###", NumberFormat.PaperRegression)
            {
                Joint = " ",
            },
            TaskKind.Regression,
            summary
        )
        {
            SuitsCells = TwoNumbers,
        };

    static string Values(params string[] values) =>
        "When we have "
        + string.Concat(values.Select((v, i) => FormattableString.Invariant($"x{i + 1}=") + v + ", "))
        + "what should be the y value?###";

    static string Number(string column) => $"{{{{ row['{column}'] | decimals: 4 }}}}";

    static string Letter(string column) => Coded(column, ("A", "1"), ("B", "2"), ("C", "3"), ("D", "4"), ("E", "5"));

    /// <summary>A category as its number; a cell that is a number already keeps it.</summary>
    static string Coded(string column, params (string Cell, string Number)[] codes) =>
        $"{{% case row['{column}'] %}}"
        + string.Concat(codes.Select(c => $"{{% when '{c.Cell}' %}}{c.Number}.0000"))
        + $"{{% else %}}{Number(column)}{{% endcase %}}";
}
