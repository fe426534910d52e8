using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>
/// The decimal mark of a table for prediction: the run's, so that "1,125" means what it meant there; but the file's own where its cells are
/// no
/// numbers with the run's.
/// </summary>
/// <param name="Problem">What differs; null where both marks give the same numbers.</param>
sealed record AskedMark(TableReading Reading, Problem? Problem)
{
    /// <param name="reading">The file with the run's mark.</param>
    /// <param name="own">The file with its own mark.</param>
    public static AskedMark Of(TableReading reading, TableReading own, IEnumerable<string> features)
    {
        var (forced, mark) = (reading.Format.DecimalMark, own.Format.DecimalMark);
        if (mark == forced)
            return new(reading, null);
        (string Column, int Row)? first = null;
        int lost = 0,
            gained = 0;
        foreach (var feature in features.Where(f => reading.Table.Has(f) && own.Table.Has(f)))
        {
            var (with, without) = (reading.Table[feature].Numbers, own.Table[feature].Numbers);
            for (var row = 0; row < Math.Min(with.Count, without.Count); row++)
            {
                if (with[row].Equals(without[row]))
                    continue;
                first ??= (feature, row);
                if (double.IsNaN(with[row]))
                    lost++;
                else if (double.IsNaN(without[row]))
                    gained++;
            }
        }
        if (first is not { } at)
            return new(reading, null);
        var cell = own.Table[at.Column].AsWritten.Cells[at.Row];
        return lost > 0 && gained == 0
            ? new(
                own,
                new(
                    Severity.Warning,
                    "decimal-mark-differs",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"this file has '{mark}' as the decimal mark and the run's table '{forced}', with which {lost} cells would be no numbers; it is read with '{mark}' ('{cell}')"
                    ),
                    $"If this is wrong, give --decimal-mark {forced}.",
                    at.Row + 1,
                    at.Column
                )
            )
            : new(
                reading,
                new(
                    Severity.Warning,
                    "decimal-mark-differs",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"this file by itself looks like numbers with '{mark}' as the decimal mark ('{cell}'); it is read with '{forced}', as the run's table ('{reading.Table[at.Column].AsWritten.Cells[at.Row]}')"
                    ),
                    $"If this is wrong, give --decimal-mark {mark}.",
                    at.Row + 1,
                    at.Column
                )
            );
    }
}
