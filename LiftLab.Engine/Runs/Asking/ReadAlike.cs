using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>How the file of a run's table was read, as options that read another file alike.</summary>
public static class ReadAlike
{
    /// <summary>
    /// The decimal mark, the kind, unit and marks of every column and what a person chose, with the kinds of the run's schema. The sheet
    /// and the encoding are found in each file.
    /// </summary>
    /// <param name="stepped">The table after steps; a column's kind is the file's where steps did not change it. Null without
    /// steps.</param>
    public static TableReadOptions Of(TableReading reading, Schema schema, SteppedTable? stepped = null)
    {
        var options = reading.AsRead with
        {
            Sheet = null,
            Encoding = null,
            DecimalMark = reading.Format.DecimalMark,
            Delimiter = reading.Format.Delimiter,
            HasHeader = reading.Format.HasHeader,
        };
        foreach (var column in schema.Columns)
            if (Source(column.Name) is { } name && options.Columns?.ContainsKey(name) == true)
                options = options.With(name, c => c with { Kind = column.Kind });
        return options;

        // A column that steps read as something else is first read as in the file, and then changed by the steps.
        string? Source(string column) =>
            stepped is null ? column
            : stepped.Origins.TryGetValue(column, out var origin) && IsReadAlike(stepped.Table[column], reading.Table[origin]) ? origin
            : null;

        static bool IsReadAlike(Column after, Column before) =>
            after.Told == before.Told && (after.Facts.Numbers == after.Facts.Filled) == (before.Facts.Numbers == before.Facts.Filled);
    }
}
