using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Web.Pages.Data.Steps;

/// <summary>A step as it is entered: all fields of all kinds, of which each kind uses some.</summary>
sealed class StepDraft
{
    /// <summary>A kind of step in the form.</summary>
    /// <param name="Columns">Which columns are asked for.</param>
    /// <param name="Fields">The other fields, by their names here.</param>
    /// <exception cref="FormatException">Make: a field is not filled in or is no number.</exception>
    public sealed record Form(string Title, ColumnsAsked Columns, IReadOnlyList<string> Fields, Func<StepDraft, TableStep> Make);

    public enum ColumnsAsked
    {
        One,

        /// <summary>None chosen: all columns.</summary>
        AnyOrAll,
        Several,
    }

    /// <summary>In the order of a table's mending.</summary>
    public static IReadOnlyList<Form> Forms { get; } =
    [
        new(
            "Fill missing cells",
            ColumnsAsked.One,
            [nameof(With), nameof(Value)],
            d => new FillMissing(d.Column, d.With, d.With == FillWith.Value ? d.Value.Trim() : null)
        ),
        new("Leave out rows with missing cells", ColumnsAsked.AnyOrAll, [], d => new DropMissingRows(d.Some)),
        new("Leave out repeated rows", ColumnsAsked.AnyOrAll, [], d => new DropDuplicateRows(d.Some)),
        new("Leave out rows by a condition", ColumnsAsked.One, [nameof(Condition), nameof(Value)], d => d.LeaveOut()),
        new("Read a value as missing", ColumnsAsked.One, [nameof(Value)], d => new MarkMissing(d.Column, [Filled(d.Value, "the value")])),
        new("Read as numbers", ColumnsAsked.One, [nameof(Mark)], d => new ReadNumbers(d.Column, d.Mark.Length > 0 ? d.Mark : null)),
        new("Read as dates", ColumnsAsked.One, [nameof(Order), nameof(Parts)], d => new ReadDates(d.Column, [.. d.Parts.Order()], d.Order)),
        new("Trim blanks", ColumnsAsked.AnyOrAll, [], d => new TrimBlanks(d.Some)),
        new("Merge values that look alike", ColumnsAsked.One, [], d => new MergeAlike(d.Column)),
        new(
            "Change a value",
            ColumnsAsked.One,
            [nameof(Value), nameof(To)],
            d => new MergeLabels(
                d.Column,
                new Dictionary<string, string> { [Filled(d.Value, "the value")] = Filled(d.To, "the new value") }
            )
        ),
        new(
            "Merge rare values",
            ColumnsAsked.One,
            [nameof(Below), nameof(To)],
            d => new MergeRare(d.Column, (int)Number(d.Below, "the number of rows"), d.To.Trim().Length > 0 ? d.To : "other")
        ),
        new(
            "Clip numbers",
            ColumnsAsked.One,
            [nameof(Low), nameof(High)],
            d => new ClipNumbers(d.Column, Maybe(d.Low, "the lower bound"), Maybe(d.High, "the upper bound"))
        ),
        new(
            "Remove columns",
            ColumnsAsked.Several,
            [],
            d => new DropColumns(d.Some ?? throw new FormatException("Choose at least one column."))
        ),
        new("Rename a column", ColumnsAsked.One, [nameof(To)], d => new RenameColumn(d.Column, Filled(d.To, "the new name"))),
        new("Use a column that is left out", ColumnsAsked.One, [], d => new UseColumn(d.Column, true)),
        new("Ignore a column", ColumnsAsked.One, [], d => new UseColumn(d.Column, false)),
    ];

    public string Column { get; set; } = "";
    public HashSet<string> Columns { get; } = new(StringComparer.Ordinal);
    public FillWith With { get; set; } = FillWith.Median;
    public RowCondition Condition { get; set; }
    public string Value { get; set; } = "";
    public string To { get; set; } = "";
    public string Low { get; set; } = "";
    public string High { get; set; } = "";
    public string Below { get; set; } = "5";
    public string Mark { get; set; } = "";
    public DateOrder? Order { get; set; }
    public HashSet<DatePart> Parts { get; } = [DatePart.Year, DatePart.Month];

    string[]? Some => Columns.Count == 0 ? null : [.. Columns.Order(StringComparer.Ordinal)];

    LeaveOutRows LeaveOut() =>
        Condition is RowCondition.Is or RowCondition.IsNot
            ? new(Column, Condition, [Filled(Value, "the value")])
            : new(Column, Condition, Number: Number(Value, "the number"));

    static string Filled(string text, string what) =>
        text.Trim() is { Length: > 0 } filled ? filled : throw new FormatException($"Enter {what}.");

    static double Number(string text, string what) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new FormatException($"Enter {what} as a number, such as 1.5.");

    static double? Maybe(string text, string what) => text.Trim().Length == 0 ? null : Number(text, what);
}
