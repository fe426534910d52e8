using System.Globalization;
using System.Text;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.RandomNumbers;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Tests.Engine.Tables.Steps;

/// <summary>Tables and lists of steps that nobody wrote; some of the steps do not apply.</summary>
static class RandomSteps
{
    static readonly string[] Texts =
    [
        "red",
        "Red",
        "red ",
        "RED.",
        "blue",
        "",
        "",
        "n.d.",
        "007",
        "1,5 kg",
        "2024-03-01",
        "3/4/24",
        "é",
        "e\u0301",
        "😀",
        "-999",
    ];

    public static Table Table(NumpyRandom random)
    {
        var rows = random.Integer(1, 40);
        return new(
            "random",
            [
                .. Enumerable
                    .Range(0, random.Integer(1, 6))
                    .Select(i => new Column($"c{i}", [.. Enumerable.Range(0, rows).Select(_ => Cell(random, i % 2 == 0))])),
            ]
        );
    }

    static string Cell(NumpyRandom random, bool number) =>
        !number || random.Integer(0, 8) == 0
            ? Texts[random.Integer(0, Texts.Length)]
            : random.Integer(-20, 20).ToString(CultureInfo.InvariantCulture) + (random.Integer(0, 2) == 0 ? "" : ".5");

    public static IReadOnlyList<TableStep> Of(NumpyRandom random, Table table, int count)
    {
        List<string> names = [.. table.Columns.Select(c => c.Name), "lost"];
        string Name() => names[random.Integer(0, names.Count)];
        string Text() => Texts[random.Integer(0, Texts.Length)];
        double Number() => random.Integer(-20, 20);
        return [.. Enumerable.Range(0, count).Select(_ => Step(random.Integer(0, 16)))];

        TableStep Step(int kind)
        {
            switch (kind)
            {
                case 0:
                    return new DropMissingRows([Name()]);
                case 1:
                    return new DropDuplicateRows(random.Integer(0, 2) == 0 ? null : [Name()]);
                case 2:
                    return new LeaveOutRows(Name(), (RowCondition)random.Integer(0, 6), [Text()], Number());
                case 3:
                    return new MarkMissing(Name(), [Text()]);
                case 4:
                    return new TrimBlanks(random.Integer(0, 2) == 0 ? null : [Name()]);
                case 5:
                    return new MergeAlike(Name());
                case 6:
                    return new MergeLabels(Name(), new Dictionary<string, string> { [Text()] = Text(), ["1"] = "one" });
                case 7:
                    return new MergeRare(Name(), random.Integer(0, 9));
                case 8:
                    return new ReadNumbers(
                        Name(),
                        random.Integer(0, 3) switch
                        {
                            0 => ",",
                            1 => ".",
                            _ => null,
                        }
                    );
                case 9:
                    return new ReadDates(Name(), [.. Enum.GetValues<DatePart>().Where(_ => random.Integer(0, 3) == 0)]);
                case 10:
                    return new ClipNumbers(Name(), Number(), Number());
                case 11:
                    return new DropColumns([Name()]);
                case 12:
                    return new UseColumn(Name(), random.Integer(0, 2) == 0);
                case 13:
                    names.Add($"n{names.Count}");
                    return new RenameColumn(Name(), names[^1]);
                default:
                    return new FillMissing(Name(), (FillWith)random.Integer(0, 4), Text());
            }
        }
    }

    /// <summary>Everything that a table has, as text.</summary>
    public static string Bytes(Table table)
    {
        var text = new StringBuilder();
        foreach (var column in table.Columns)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{column.Name}|{column.Told}|{column.Unit}|{column.PartOf}|{column.Use}|{string.Join(",", column.Marks)}\n"
            );
        using var rows = new StringWriter(text, CultureInfo.InvariantCulture);
        TableWriter.WriteCsv(table, rows, defuse: false);
        return text.ToString();
    }
}
