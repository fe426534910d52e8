using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Wordings;

/// <summary>
/// The paper's hand-written prompts for single tables (repository, feature_names.py and the regression converters), by the columns'
/// published names.
/// </summary>
static class PaperWordings
{
    static readonly NumberFormat AsWritten = new(NumberStyle.AsWritten, TargetDecimals: 4);

    /// <summary>Teaching Assistant Evaluation, OpenML 48.</summary>
    static readonly PromptTemplate Tae = Classes(
        "tae",
        "Knowing a Teaching Assistant who's {% if features[0].cell == '1' %}an English speaker{% else %}a non-English speaker{% endif %}, "
            + "who teaches the course {{ features[2].cell }} with instructor {{ features[1].cell }} during the "
            + "{% if features[3].cell == '1' %}summer{% else %}regular{% endif %} session, with {{ features[4].cell }} students, "
            + "what is the rating for this Teaching Assistant?###"
    );

    /// <summary>Contraceptive Method Choice, OpenML 23.</summary>
    static readonly PromptTemplate Cmc = Classes(
        "cmc",
        "In a family, the {{ features[0].cell }}-year-old wife {% if features[4].cell == '0' %}does not believe in Islam. {% else %}believes in Islam. {% endif %}"
            + "She has "
            + Graded(1)
            + " education level. {% if features[5].cell == '0' %}She has a job. {% else %}She does not have a job. {% endif %}"
            + "The husband has "
            + Graded(2)
            + " education level. He has a type {% case features[6].cell %}{% when '1' %}A{% when '2' %}B{% when '3' %}C{% when '4' %}D{% else %}{{ features[6].cell }}{% endcase %} job. "
            + "They've had {{ features[3].cell }} children. They have "
            + Graded(7)
            + " standard of living. "
            + "They are {% if features[8].cell == '0' %}exposed to the media very often. {% else %}not exposed to the media very often. {% endif %}"
            + "What's the contraceptive method likely being used in this family?###"
    );

    /// <summary>Vehicle silhouettes, OpenML 54.</summary>
    static readonly PromptTemplate Vehicle = Classes(
        "vehicle",
        "When we have {% for f in features %}{{ f.name | downcase | replace: '_', ' ' }} = {{ f.cell | decimals: 2 }}, {% endfor %}What's type of this vehicle?###"
    );

    static readonly PromptTemplate Servo = Numbers(
        "servo",
        "Given a servomechanism, with motor {{ row['M'] }} and screw {{ row['S'] }}, whose voltage gain is {{ row['V'] }} and power gain is {{ row['P'] }}, what is its rise time?###"
    );

    static readonly PromptTemplate Ccpp = Numbers(
        "ccpp",
        "When the air temperature is {{ row['AT'] | decimals: 4 }} celsius degree, ambient pressure is {{ row['AP'] | decimals: 4 }} millibar, "
            + "relative humidity is {{ row['RH'] | decimals: 4 }} percent, and exhaust vacuum is {{ row['V'] | decimals: 4 }} cm Hg, what's the net hourly electrical energy output in MW?###"
    );

    static readonly PromptTemplate Insurance = Numbers(
        "insurance",
        "A {{ row['age'] }}-year-old {{ row['sex'] }}, who has {{ row['children'] }} children, lives in the {{ row['region'] }} in the U.S. "
            + "{% if row['sex'] == 'female' %}She{% else %}He{% endif %} {% if row['smoker'] == 'yes' %}smokes,{% else %}does not smoke,{% endif %} "
            + "and has body mass index {{ row['bmi'] | decimals: 4 }}. How much does this person pay for medical insurance?###"
    );

    public static IReadOnlyList<PromptPreset> All { get; } =
    [
        new(Tae, TaskKind.Classification, "The paper's sentence for Teaching Assistant Evaluation (OpenML 48).")
        {
            Suits = names => names.Count == 5 && Mentions(names[0], "native", "english"),
            SuitsCells = (table, schema) => Codes(table, schema, 0, 1, 2) && Codes(table, schema, 3, 1, 2),
        },
        new(Cmc, TaskKind.Classification, "The paper's sentences for Contraceptive Method Choice (OpenML 23).")
        {
            Suits = names => names.Count == 9 && Mentions(names[0], "wife"),
            SuitsCells = (table, schema) =>
                new[] { 1, 2, 6, 7 }.All(f => Codes(table, schema, f, 1, 4)) && new[] { 4, 5, 8 }.All(f => Codes(table, schema, f, 0, 1)),
        },
        new(Vehicle, TaskKind.Classification, "The paper's sentence for vehicle silhouettes (OpenML 54).")
        {
            Suits = names => names.Any(n => Mentions(n, "compactness")),
        },
        new(Servo, TaskKind.Regression, "The paper's sentence for Servo.") { Suits = names => Has(names, "M", "S", "P", "V") },
        new(Ccpp, TaskKind.Regression, "The paper's sentence for Combined Cycle Power Plant.")
        {
            Suits = names => Has(names, "AT", "AP", "RH", "V"),
        },
        new(Insurance, TaskKind.Regression, "The paper's sentence for Medical Insurance.")
        {
            Suits = names => Has(names, "age", "sex", "children", "region", "smoker", "bmi"),
        },
    ];

    /// <summary>Whether every filled cell of a feature is one of the codes that the sentence tells apart.</summary>
    static bool Codes(Table table, Schema schema, int feature, int low, int high) =>
        table[schema.Features[feature].Name]
            .Cells.All(c => c.Length == 0 || Column.ParseNumber(c) is var code && code >= low && code <= high && code % 1 == 0);

    internal static bool Has(IReadOnlyList<string> names, params string[] needed) =>
        needed.All(n => names.Contains(n, StringComparer.Ordinal));

    internal static bool Mentions(string name, params string[] words) =>
        words.Any(w => name.Contains(w, StringComparison.OrdinalIgnoreCase));

    static PromptTemplate Classes(string name, string text) => new(name, text, AsWritten) { Joint = " " };

    /// <summary>These answers have four decimal places.</summary>
    static PromptTemplate Numbers(string name, string text) => new(name, text, new(NumberStyle.Decimal, 4, 4)) { Joint = " " };

    static string Graded(int feature) =>
        $"{{% case features[{feature}].cell %}}{{% when '1' %}}a very low{{% when '2' %}}a below-average{{% when '3' %}}an above-average{{% when '4' %}}a very high{{% else %}}{{{{ features[{feature}].cell }}}}{{% endcase %}}";
}
