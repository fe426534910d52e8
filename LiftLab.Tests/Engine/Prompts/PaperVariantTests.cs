using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>The further prompts of the paper's code, byte for byte.</summary>
public sealed class PaperVariantTests
{
    static Example Write(string preset, TaskKind task, params (string Name, ColumnKind Kind, string[] Cells)[] columns)
    {
        var (table, schema) = SmallTables.Of(task, columns);
        var offered = PromptPresets.For(table, schema).FirstOrDefault(p => p.Name == preset);
        Assert.True(offered is not null, $"{preset} is not offered");
        string[] labels = task == TaskKind.Classification ? [.. table.Columns[^1].Cells.Distinct().Order(StringComparer.Ordinal)] : [];
        return TablePrompts.Fit(offered.Template, table, schema, SmallTables.Rows(table), labels).Write(table, 0);
    }

    [Fact]
    public void Real_tables_without_names_have_numbers_for_categories()
    {
        Assert.Equal(
            new("When we have x1=5.0000, x2=4.0000, x3=5.0000, x4=4.0000, what should be the y value?###", "0.2813@@@"),
            Write(
                "servo-values",
                TaskKind.Regression,
                ("M", ColumnKind.Category, ["E"]),
                ("S", ColumnKind.Category, ["D"]),
                ("P", ColumnKind.Integer, ["5"]),
                ("V", ColumnKind.Integer, ["4"]),
                ("C", ColumnKind.Number, ["0.28125095"])
            )
        );
        Assert.Equal(
            new("When we have x1=14.9600, x2=41.7600, x3=1024.0700, x4=73.1700, what should be the y value?###", "463.2600@@@"),
            Write(
                "ccpp-values",
                TaskKind.Regression,
                ("AT", ColumnKind.Number, ["14.96"]),
                ("V", ColumnKind.Number, ["41.76"]),
                ("AP", ColumnKind.Number, ["1024.07"]),
                ("RH", ColumnKind.Number, ["73.17"]),
                ("PE", ColumnKind.Number, ["463.26"])
            )
        );
        Assert.Equal(
            new(
                "When we have x1=19.0000, x2=1.0000, x3=27.9000, x4=0.0000, x5=1.0000, x6=3.0000, what should be the y value?###",
                "16884.9240@@@"
            ),
            Write(
                "insurance-values",
                TaskKind.Regression,
                ("age", ColumnKind.Integer, ["19"]),
                ("sex", ColumnKind.Category, ["female"]),
                ("bmi", ColumnKind.Number, ["27.9"]),
                ("children", ColumnKind.Integer, ["0"]),
                ("smoker", ColumnKind.Category, ["yes"]),
                ("region", ColumnKind.Category, ["southwest"]),
                ("charges", ColumnKind.Number, ["16884.924"])
            )
        );
    }

    static readonly (string Name, ColumnKind Kind, string[] Cells)[] Student =
    [
        .. "school=GP sex=F age=18 address=U famsize=GT3 Pstatus=A Medu=4 Fedu=4 Mjob=at_home Fjob=teacher reason=course guardian=mother traveltime=2 studytime=2 failures=0 schoolsup=yes famsup=no paid=no activities=no nursery=yes higher=yes internet=no romantic=no famrel=4 freetime=3 goout=4 Dalc=1 Walc=1 health=3 absences=4 G1=0 G2=11 G3=11"
            .Split(' ')
            .Select(p => p.Split('='))
            .Select(p => (p[0], int.TryParse(p[1], out _) ? ColumnKind.Integer : ColumnKind.Category, new[] { p[1] })),
    ];

    [Fact]
    public void Students_have_their_sentences()
    {
        Assert.Equal(
            new(
                "A 18-year-old female student from Gabriel Pereira school, is living in urban area. "
                    + "Her family has greater than 3 members, and her parents are living apart. "
                    + "Her mother is highly educated, and now is working at home. "
                    + "Her father is highly educated, and now is working as a teacher. "
                    + "Her guardian is neither her mother nor father. "
                    + "She chose this school because of its courses. "
                    + "It takes her 2 hours to get to school. "
                    + "She studies 2 hours every week, and failed 0 courses. "
                    + "She has extra education support, has no family education support, has no extra paid classes within the course subject, has no extra curricular activities. "
                    + "She has attended nursery school, and wants to take higher education. "
                    + "She has no internet access at home, with no romantic relationship. "
                    + "Her family relationships are good. "
                    + "She has medium free time after school, and goes out with friends in high frequency. "
                    + "Her workday alcohol consumptions is very low, and weekend alcohol consumption is very low. "
                    + "She is a medium health status, and has 4 number of school absences. "
                    + "Her first period grade is 0, and second period grade is 11. What is her final grade? ###",
                "11@@@"
            ),
            Write("student", TaskKind.Regression, Student)
        );
        var plain = Write("student-values", TaskKind.Regression, Student);
        Assert.StartsWith("When we have x1=GP, x2=F, x3=18, x4=U, ", plain.Prompt, StringComparison.Ordinal);
        Assert.EndsWith("x31=0, x32=11, what is the y?###", plain.Prompt, StringComparison.Ordinal);
        Assert.Equal("11@@@", plain.Completion);
    }

    [Fact]
    public void Tables_of_OpenML_keep_integers_beside_words_only()
    {
        Assert.Equal(
            new("When we have age=41.0000, size=2.5000, what should be the price?###", "13.5@@@"),
            Write(
                "openml-numbers",
                TaskKind.Regression,
                ("age", ColumnKind.Integer, ["41"]),
                ("size", ColumnKind.Number, ["2.5"]),
                ("price", ColumnKind.Number, ["13.5"])
            )
        );
        Assert.Equal(
            new("When we have age=41, size=2.5000, colour=red, what should be the price?###", "13@@@"),
            Write(
                "openml-mixed",
                TaskKind.Regression,
                ("age", ColumnKind.Integer, ["41"]),
                ("size", ColumnKind.Number, ["2.5"]),
                ("colour", ColumnKind.Category, ["red"]),
                ("price", ColumnKind.Number, ["13"])
            )
        );
    }

    static readonly (string, ColumnKind, string[])[] Two = [("a", ColumnKind.Number, ["0.95123"]), ("b", ColumnKind.Number, ["-0.2"])];

    [Theory]
    [InlineData("two-stage-1", "Given task 1, x1=0.95, x2=-0.20, What is the cluster?###")]
    [InlineData("two-stage-2", "Given task 2, x1=0.95, x2=-0.20, What is the cluster?###")]
    [InlineData("two-stage-3", "Given task 3, x1=0.95, x2=-0.20, What is the cluster?###")]
    [InlineData("generated", "When we have x1=0.9512, x2=-0.2000, what should be the y value?###")]
    public void Two_numbers_have_the_paper_s_clusters(string preset, string prompt) =>
        Assert.Equal(new(prompt, "2@@@"), Write(preset, TaskKind.Classification, [.. Two, ("y", ColumnKind.Integer, ["2"])]));

    [Theory]
    [InlineData("contradict-none", "x1=0.9512, x2=-0.2000, y=what is y?###")]
    [InlineData("contradict-sum", "x1=0.9512, x2=-0.2000, x1+x2=what is y?###")]
    [InlineData("contradict-difference", "x1=0.9512, x2=-0.2000, x1-x2=what is y?###")]
    [InlineData("ask-sum", "When we have x1=0.9512, x2=-0.2000, what is x1+x2?###")]
    [InlineData("ask-difference", "When we have x1=0.9512, x2=-0.2000, what is x1-x2?###")]
    public void Contradicting_prompts_claim_what_the_paper_s_do(string preset, string prompt) =>
        Assert.Equal(new(prompt, "0.751@@@"), Write(preset, TaskKind.Regression, [.. Two, ("y", ColumnKind.Number, ["0.75123"])]));

    [Fact]
    public void The_early_prompts_answer_with_the_class_s_name() =>
        Assert.Equal(
            new(
                "Given a iris plant with sepal length (cm)=5.1000, sepal width (cm)=3.5000, petal length (cm)=1.4000, petal width (cm)=0.2000, what is the type of it?###",
                "setosa@@@"
            ),
            Write(
                "iris-names",
                TaskKind.Classification,
                ("sepal length (cm)", ColumnKind.Number, ["5.1"]),
                ("sepal width (cm)", ColumnKind.Number, ["3.5"]),
                ("petal length (cm)", ColumnKind.Number, ["1.4"]),
                ("petal width (cm)", ColumnKind.Number, ["0.2"]),
                ("species", ColumnKind.Category, ["setosa"])
            )
        );

    [Fact]
    public void Cells_and_wines_have_the_helper_s_words()
    {
        Assert.Equal(
            new("Given a cell nuclei with mean radius=17.9900, mean texture=10.3800, what is the condition?###", "malignant@@@"),
            Write(
                "breast-names",
                TaskKind.Classification,
                ("mean radius", ColumnKind.Number, ["17.99"]),
                ("mean texture", ColumnKind.Number, ["10.38"]),
                ("diagnosis", ColumnKind.Category, ["malignant"])
            )
        );
        Assert.Equal(
            new(
                "Given the wine with alcohol=14.2300, malic_acid=1.7100, proline=1065.0000, which class does it belong to?###",
                "class_0@@@"
            ),
            Write(
                "wine-names",
                TaskKind.Classification,
                ("alcohol", ColumnKind.Number, ["14.23"]),
                ("malic_acid", ColumnKind.Number, ["1.71"]),
                ("proline", ColumnKind.Number, ["1065"]),
                ("class", ColumnKind.Category, ["class_0"])
            )
        );
    }

    static readonly (string, ColumnKind, string[])[] Flower =
    [
        ("sepal length (cm)", ColumnKind.Number, ["5.1"]),
        ("sepal width (cm)", ColumnKind.Number, ["3.5"]),
        ("petal length (cm)", ColumnKind.Number, ["1.4"]),
        ("petal width (cm)", ColumnKind.Number, ["0.2"]),
        ("species", ColumnKind.Category, ["Iris-setosa"]),
    ];

    [Fact]
    public void The_sentences_of_the_paper_s_figures_end_where_the_answer_begins()
    {
        Assert.Equal(
            new(
                "An Iris plant with sepal length 5.1cm, sepal width 3.5cm, petal length 1.4cm, and petal width 0.2cm is###",
                "Iris-setosa@@@"
            ),
            Write("figure-iris", TaskKind.Classification, Flower)
        );
        Assert.Equal(new("If x1=5.1, x2=3.5, x3=1.4, x4=0.2, then y=###", "0@@@"), Write("figure-if", TaskKind.Classification, Flower));
        Assert.Equal(
            new("If x1=0.95123, x2=-0.2, then y=###", "0.75@@@"),
            Write("figure-if", TaskKind.Regression, [.. Two, ("y", ColumnKind.Number, ["0.75"])])
        );
        var image = Write(
            "figure-pixels",
            TaskKind.Classification,
            [
                .. Enumerable.Range(0, 64).Select(i => ($"pixel{i}", ColumnKind.Integer, new[] { $"{i % 3}" })),
                ("digit", ColumnKind.Integer, ["7"]),
            ]
        );
        Assert.StartsWith("An image with pixel values of 0, 1, 2, 0, ", image.Prompt, StringComparison.Ordinal);
        Assert.EndsWith(", 2, 0 is digit###", image.Prompt, StringComparison.Ordinal);
        Assert.Equal("7@@@", image.Completion);
    }

    [Fact]
    public void Images_are_written_pixel_by_pixel()
    {
        var written = Write(
            "pixels",
            TaskKind.Classification,
            [
                .. Enumerable.Range(0, 324).Select(i => ($"pixel{i}", ColumnKind.Integer, new[] { i < 256 ? $"{i}" : "0" })),
                ("digit", ColumnKind.Integer, ["7"]),
            ]
        );
        Assert.StartsWith("Given image with pixels 0 1 2 3 ", written.Prompt, StringComparison.Ordinal);
        Assert.EndsWith(
            " 254 255 " + string.Concat(Enumerable.Repeat("0 ", 68)) + "What is this digit?###",
            written.Prompt,
            StringComparison.Ordinal
        );
        Assert.Equal("7@@@", written.Completion);
    }

    [Fact]
    public void Examples_in_front_of_a_question_are_joined_as_in_the_paper()
    {
        var prompts = TablePrompts.Fit(
            PromptPresets.PaperClassification,
            SmallTables.Flowers.Table,
            SmallTables.Flowers.Schema,
            [0, 1, 2, 3],
            SmallTables.FlowerLabels
        );
        Assert.Equal(
            "When we have x1=-0.52, x2=0.97, What is this type? ###2@@@ When we have x1=0.95, x2=0.27, What is this type? ###",
            FewShotPrompt.Of(prompts, SmallTables.Flowers.Table, [1], 0)
        );
    }

    [Fact]
    public void A_contraceptive_row_is_written_as_published_and_other_codes_are_not_disguised()
    {
        (string, ColumnKind, string[])[] Row(string education) =>
            [
                ("Wifes_age", ColumnKind.Integer, ["24"]),
                ("Wifes_education", ColumnKind.Category, [education]),
                ("Husbands_education", ColumnKind.Category, ["3"]),
                ("Number_of_children_ever_born", ColumnKind.Integer, ["3"]),
                ("Wifes_religion", ColumnKind.Category, ["1"]),
                ("Wifes_now_working%3F", ColumnKind.Category, ["1"]),
                ("Husbands_occupation", ColumnKind.Category, ["2"]),
                ("Standard-of-living_index", ColumnKind.Category, ["3"]),
                ("Media_exposure", ColumnKind.Category, ["0"]),
                ("Contraceptive_method_used", ColumnKind.Category, ["1"]),
            ];
        Assert.Equal(
            "In a family, the 24-year-old wife believes in Islam. She has a below-average education level. She does not have a job. The husband has an above-average education level. He has a type B job. They've had 3 children. They have an above-average standard of living. They are exposed to the media very often. What's the contraceptive method likely being used in this family?###",
            Write("cmc", TaskKind.Classification, Row("2")).Prompt
        );
        var (table, schema) = SmallTables.Of(TaskKind.Classification, Row("5"));
        Assert.DoesNotContain(PromptPresets.For(table, schema), p => p.Name == "cmc");
    }
}
