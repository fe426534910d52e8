using System.Globalization;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary><c>Read(Write(row)) = target</c> for tables, templates and number formats that nobody wrote.</summary>
public sealed class RandomSchemaTests
{
    /// <summary>Tables per test; the variable LIFTLAB_FUZZ raises it.</summary>
    static readonly int Tables = int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_FUZZ"), out var n) ? n : 300;

    static readonly string[] Odd =
    [
        "",
        "a b",
        "é",
        "😀",
        "{{ x }}",
        "{% if %}",
        "'",
        "\"",
        "#",
        "##",
        "@",
        "@@",
        "1",
        "-0",
        "1e3",
        "<07>",
        "<1:69>",
        "unknown",
        "a\nb",
        "\\",
        "A",
    ];

    static string Word(Random random) => Odd[random.Next(Odd.Length)] + "w" + random.Next(40).ToString(CultureInfo.InvariantCulture);

    static string Number(Random random) =>
        (
            random.Next(4) switch
            {
                0 => random.Next(-1000, 1000),
                1 => random.NextDouble() * 10 - 5,
                2 => random.NextDouble() * 1e-6,
                _ => random.NextDouble() * 1e9,
            }
        ).ToString("R", CultureInfo.InvariantCulture);

    static string Cell(Random random, ColumnKind kind) =>
        random.Next(8) == 0 ? ""
        : kind == ColumnKind.Integer ? random.Next(-50, 50).ToString(CultureInfo.InvariantCulture)
        : kind.IsNumeric() ? Number(random)
        : Word(random);

    static CellFormat? Format(Random random) =>
        random.Next(3) == 0 ? new(Enum.GetValues<CellForm>()[random.Next(7)], random.Next(1, 16)) : null;

    static (Table Table, Schema Schema, PromptTemplate Template) Draw(Random random, TaskKind task, string[] labels)
    {
        var rows = random.Next(2, 9);
        ColumnKind[] kinds = [ColumnKind.Number, ColumnKind.Integer, ColumnKind.Category, ColumnKind.Text];
        var columns = Enumerable
            .Range(0, random.Next(1, 9))
            .Select(i => (Name: Word(random) + "/" + i.ToString(CultureInfo.InvariantCulture), Kind: kinds[random.Next(4)]))
            .Select(c => (c.Name, c.Kind, Cells: Enumerable.Range(0, rows).Select(_ => Cell(random, c.Kind)).ToArray()))
            .Append(
                (
                    "y",
                    task == TaskKind.Classification ? ColumnKind.Category : ColumnKind.Number,
                    [.. Enumerable.Range(0, rows).Select(_ => labels.Length > 0 ? labels[random.Next(labels.Length)] : Number(random))]
                )
            )
            .ToArray();
        var (table, schema) = SmallTables.Of(task, columns);
        var templates = PromptPresets.For(table, schema);
        var template = templates[random.Next(templates.Count)].Template with { SpacedMarks = random.Next(2) == 0 };
        foreach (var column in columns[..^1])
            template = template.With(column.Name, Format(random));
        if (random.Next(2) == 0)
            template = template with { Classes = ClassWording.Label };
        return (table, schema, template);
    }

    [Fact]
    public void A_class_is_read_back()
    {
        for (var seed = 0; seed < Tables; seed++)
        {
            var random = new Random(seed);
            string[] labels = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => Word(random)).Distinct(ClassLabels.Same)];
            var (table, schema, template) = Draw(random, TaskKind.Classification, labels);
            var prompts = TablePrompts.Fit(template, table, schema, SmallTables.Rows(table), labels);
            for (var row = 0; row < table.RowCount; row++)
            {
                var example = prompts.Write(table, row);
                var truth = labels.ToList().FindIndex(l => ClassLabels.Same.Equals(l, table["y"].Cells[row]));
                Assert.True(
                    new Answer.Class(truth).Equals(prompts.Read(example.Prompt + template.Joint + example.Completion, example.Prompt)),
                    $"seed {seed}, template {template.Name}: {example.Completion} read as {prompts.Read(example.Completion)}"
                );
            }
        }
    }

    [Fact]
    public void A_number_is_read_back_at_the_written_precision()
    {
        for (var seed = 0; seed < Tables; seed++)
        {
            var (table, schema, template) = Draw(new Random(seed), TaskKind.Regression, []);
            var prompts = TablePrompts.Fit(template, table, schema, SmallTables.Rows(table), []);
            var precision = prompts.State.Target?.Precision ?? 0.5 * Math.Pow(10, -template.Numbers.TargetDecimals);
            for (var row = 0; row < table.RowCount; row++)
            {
                var example = prompts.Write(table, row);
                var read = Assert.IsType<Answer.Number>(prompts.Read(example.Prompt + template.Joint + example.Completion, example.Prompt));
                var truth = table["y"].Numbers[row];
                var slack = precision * 1.0001 + Math.Abs(truth) * 1e-12;
                Assert.True(Math.Abs(read.Value - truth) <= slack, $"seed {seed}, template {template.Name}: {truth} read as {read.Value}");
            }
        }
    }
}
