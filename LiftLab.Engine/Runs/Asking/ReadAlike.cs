using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>How the file of a run's table was read, as options that read another file alike.</summary>
public static class ReadAlike
{
    /// <summary>
    /// The decimal mark, the kind, unit and marks of every column and what a person chose, with the kinds of the run's schema. The sheet
    /// and the encoding are found in each file.
    /// </summary>
    public static TableReadOptions Of(TableReading reading, Schema schema)
    {
        var options = reading.AsRead with
        {
            Sheet = null,
            Encoding = null,
            DecimalMark = reading.Format.DecimalMark,
            Delimiter = reading.Format.Delimiter,
            HasHeader = reading.Format.HasHeader,
        };
        foreach (var column in schema.Columns.Where(c => options.Columns?.ContainsKey(c.Name) == true))
            options = options.With(column.Name, c => c with { Kind = column.Kind });
        return options;
    }
}
