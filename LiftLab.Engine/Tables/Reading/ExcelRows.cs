using System.Globalization;
using ExcelDataReader;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>The rows of the workbook reader's current sheet; every value is text in invariant notation.</summary>
sealed class ExcelRows(IExcelDataReader reader) : RowReader
{
    string?[] fields = [];

    public override bool KnowsNumbers => true;

    public override int FieldCount => fields.Length;

    public override bool Next()
    {
        if (!reader.Read())
            return false;
        if (fields.Length != reader.FieldCount)
            fields = new string?[reader.FieldCount];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Text(reader.GetValue(i));
        return true;
    }

    public override ReadOnlySpan<char> Field(int index) => fields[index];

    static string? Text(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : null,
            bool truth => truth ? "true" : "false",
            DateTime time => time.ToString(
                time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss",
                CultureInfo.InvariantCulture
            ),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    public override void Dispose() { }
}
