using LiftLab.Engine.Prompts.Cells;

namespace LiftLab.Engine.Prompts.Wordings;

/// <summary>
/// The paper's sentences for student grades (OpenML 42351; repository, studentConverter.ipynb). The faults of its converter are kept: the
/// guardian is inverted, nursery and higher education are always claimed, and every parent is highly educated.
/// </summary>
static class StudentWording
{
    static readonly string[] Columns =
    [
        "school",
        "sex",
        "age",
        "address",
        "famsize",
        "Pstatus",
        "Medu",
        "Fedu",
        "Mjob",
        "Fjob",
        "reason",
        "guardian",
        "traveltime",
        "studytime",
        "failures",
        "schoolsup",
        "famsup",
        "paid",
        "activities",
        "nursery",
        "higher",
        "internet",
        "romantic",
        "famrel",
        "freetime",
        "goout",
        "Dalc",
        "Walc",
        "health",
        "absences",
        "G1",
        "G2",
    ];

    static readonly string[] Qualities = ["very bad", "bad", "medium", "good", "very good"],
        Amounts = ["very low", "low", "medium", "high", "very high"];

    static readonly string OwnStart = Of("sex", "M", "His", "Her"),
        Own = Of("sex", "M", "his", "her"),
        Him = Of("sex", "M", "him", "her"),
        She = Of("sex", "M", "He", "She");

    public static PromptTemplate Template { get; } =
        new(
            "student",
            "A "
                + Cell("age")
                + "-year-old "
                + Of("sex", "M", "male", "female")
                + " student from "
                + Of("school", "GP", "Gabriel Pereira", "Mousinho da Silveira")
                + " school, is living in "
                + Of("address", "U", "urban", "rural")
                + " area. "
                + OwnStart
                + " family has "
                + Of("famsize", "LE3", "less or equal to 3 members", "greater than 3 members")
                + ", and "
                + Own
                + " parents are living "
                + Of("Pstatus", "T", "together", "apart")
                + ". "
                + OwnStart
                + " mother is highly educated"
                + Job("Mjob")
                + ". "
                + OwnStart
                + " father is highly educated"
                + Job("Fjob")
                + ". "
                + OwnStart
                + " guardian is {% case row['guardian'] %}{% when 'father', 'mother' %}neither "
                + Own
                + " mother nor father{% else %}"
                + Own
                + " other{% endcase %}. "
                + "{% case row['reason'] %}{% when 'home' %}"
                + She
                + " chose this school because it is close to home. "
                + "{% when 'reputation' %}"
                + She
                + " chose this school for its reputation. "
                + "{% when 'course' %}"
                + She
                + " chose this school because of its courses. {% endcase %}"
                + "It takes "
                + Him
                + " "
                + Cell("traveltime")
                + " hours to get to school. "
                + She
                + " studies "
                + Cell("studytime")
                + " hours every week, and {% if row['failures'] < 4 %}failed "
                + Cell("failures")
                + " courses. {% else %}failed more than 4 courses. {% endif %}"
                + She
                + " has "
                + No("schoolsup")
                + "extra education support, has "
                + No("famsup")
                + "family education support, has "
                + No("paid")
                + "extra paid classes within the course subject, has "
                + No("activities")
                + "extra curricular activities. "
                + She
                + " has attended nursery school, and wants to take higher education. "
                + She
                + " has "
                + No("internet")
                + "internet access at home, with "
                + No("romantic")
                + "romantic relationship. "
                + OwnStart
                + " family relationships are "
                + Graded("famrel", Qualities)
                + ". "
                + She
                + " has "
                + Graded("freetime", Amounts)
                + " free time after school, and goes out with friends in "
                + Graded("goout", Amounts)
                + " frequency. "
                + OwnStart
                + " workday alcohol consumptions is "
                + Graded("Dalc", Amounts)
                + ", and weekend alcohol consumption is "
                + Graded("Walc", Amounts)
                + ". "
                + She
                + " is a "
                + Graded("health", Qualities)
                + " health status, and has "
                + Cell("absences")
                + " number of school absences. "
                + OwnStart
                + " first period grade is "
                + Cell("G1")
                + ", and second period grade is "
                + Cell("G2")
                + ". What is "
                + Own
                + " final grade? ###",
            new(NumberStyle.AsWritten, TargetDecimals: 4)
        )
        {
            Joint = " ",
        };

    public static bool Suits(IReadOnlyList<string> names) => PaperWordings.Has(names, Columns);

    static string Cell(string column) => $"{{{{ row['{column}'] }}}}";

    static string Of(string column, string code, string then, string otherwise) =>
        $"{{% if row['{column}'] == '{code}' %}}{then}{{% else %}}{otherwise}{{% endif %}}";

    static string No(string column) => $"{{% if row['{column}'] == 'no' %}}no {{% endif %}}";

    static string Job(string column) =>
        $"{{% case row['{column}'] %}}{{% when 'at_home' %}}, and now is working at home"
        + "{% when 'health' %}, and now is working on healthcare-related field"
        + "{% when 'services' %}, and now is working as a civil service employee"
        + "{% when 'teacher' %}, and now is working as a teacher{% endcase %}";

    static string Graded(string column, string[] words) =>
        $"{{% case row['{column}'] %}}"
        + string.Concat(words.Select((w, i) => FormattableString.Invariant($"{{% when '{i + 1}' %}}{w}")))
        + $"{{% else %}}{Cell(column)}{{% endcase %}}";
}
