using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Pages.Predict;

/// <summary>A feature as a field of a form.</summary>
/// <param name="Id">Of the element.</param>
/// <param name="IsText">Of several lines.</param>
/// <param name="Options">The categories that occur, most frequent first; null for numbers, and for columns with very many.</param>
/// <param name="Range">Of a number in the run's rows; null where all are equal.</param>
public sealed record FieldFacts(
    string Name,
    string Id,
    string? Unit,
    bool IsNumber,
    bool IsText,
    IReadOnlyList<string>? Options,
    FieldFacts.Bounds? Range
)
{
    const int MostOptions = 60,
        Steps = 100;

    public sealed record Bounds(double Low, double High, double Step);

    public static IReadOnlyList<FieldFacts> Of(LearningTask task)
    {
        int[] rows = [.. task.Split.Train, .. task.Split.Valid, .. task.Split.Test];
        return
        [
            .. task.Schema.Features.Select(
                (f, i) =>
                    new FieldFacts(
                        f.Name,
                        string.Create(CultureInfo.InvariantCulture, $"cell-{i}"),
                        f.Unit,
                        f.Kind.IsNumeric(),
                        f.Kind == ColumnKind.Text,
                        f.Kind == ColumnKind.Category ? OptionsOf(task.Table[f.Name], rows) : null,
                        f.Kind.IsNumeric() ? RangeOf(task.Table[f.Name], rows, f.Kind == ColumnKind.Integer) : null
                    )
            ),
        ];
    }

    static string[]? OptionsOf(Column column, int[] rows)
    {
        string[] options =
        [
            .. rows.Select(r => column.Cells[r])
                .Where(c => c.Length > 0)
                .GroupBy(c => c, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count())
                .Select(g => g.Key)
                .Take(MostOptions + 1),
        ];
        return options.Length > MostOptions ? null : options;
    }

    static Bounds? RangeOf(Column column, int[] rows, bool whole)
    {
        double[] known = [.. rows.Select(r => column.Numbers[r]).Where(double.IsFinite)];
        if (known.Length == 0 || known.Min() is var low && known.Max() is var high && !(high > low))
            return null;
        var step = Math.Pow(10, Math.Floor(Math.Log10((high - low) / Steps)));
        return new(low, high, whole ? Math.Max(1, step) : step);
    }
}
