using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>How the file of a run's table was read, as options that read another file alike.</summary>
public static class ReadAlike
{
    /// <summary>
    /// The decimal mark of the file, what a person chose, and the kind and unit of every column. The marks of missing values, the
    /// delimiter and the header are found in each file unless a person chose them: a file may differ in them and mean the same.
    /// </summary>
    /// <param name="given">What a person chose; null for nothing.</param>
    public static TableReadOptions Of(TableFormat format, TableReadOptions? given, Schema schema)
    {
        var options = (given ?? TableReadOptions.Default) with
        {
            Sheet = null,
            Encoding = null,
            DecimalMark = format.DecimalMark,
            Delimiter = format.Delimiter,
            HasHeader = format.HasHeader,
        };
        foreach (var column in schema.Columns)
            options = options.With(column.Name, c => c with { Kind = column.Kind });
        return options;
    }
}
