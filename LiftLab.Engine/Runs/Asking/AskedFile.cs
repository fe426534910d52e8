using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>Reads a table for prediction as the run's own table was read.</summary>
public static class AskedFile
{
    /// <param name="pathOrName">A file, or a bundled table's name.</param>
    /// <param name="chosen">What a person chose for this file; replaces what the run says.</param>
    /// <exception cref="BadDataException">The file does not exist, contains no table, or lacks features of the run.</exception>
    public static async Task<AskedTable> ReadAsync(
        RunSpec spec,
        Learning.LearningTask run,
        string pathOrName,
        TableReadOptions chosen,
        CancellationToken cancel
    )
    {
        var asRun = spec.Source ?? new TableReadOptions();
        var alike = asRun with
        {
            KeepsWritten = true,
            Sheet = chosen.Sheet,
            DecimalMark = chosen.DecimalMark ?? asRun.DecimalMark,
            Encoding = chosen.Encoding ?? asRun.Encoding,
            CommentMark = chosen.CommentMark ?? asRun.CommentMark,
            EveryRow = chosen.EveryRow ?? asRun.EveryRow,
            Delimiter = chosen.Delimiter,
            HasHeader = chosen.HasHeader,
            HeaderRows = chosen.HeaderRows,
            SkippedRows = chosen.SkippedRows,
            MaxBytes = chosen.MaxBytes,
            MaxRows = chosen.MaxRows,
            MaxColumns = chosen.MaxColumns,
        };
        string[] features = [.. spec.Schema.Features.Select(f => f.Name)];
        bool HasAll(TableReading r) => features.All(AskedSteps.On(r.Table, spec.Steps).Table.Has);
        var reading = (await OpenedTable.OpenAsync(pathOrName, alike, cancel)).Reading;
        if (!HasAll(reading) && chosen.Sheet is null)
            foreach (var sheet in reading.Format.Sheets.Where(s => s.Name != reading.Format.Sheet && s is { Hidden: false, Rows: > 1 }))
            {
                // The sheet that has the run's columns, where the first one has not.
                var other = alike with
                {
                    Sheet = sheet.Name,
                };
                if (await TryAsync(other) is not { } found || !HasAll(found))
                    continue;
                (reading, alike) = (found, other);
                break;
            }
        if (!HasAll(reading) && (asRun.HasHeader is not null || asRun.Delimiter is not null))
        {
            // The file's own look misleads where it is small: its layout is then that of the run's file.
            var layout = alike with
            {
                Delimiter = chosen.Delimiter ?? asRun.Delimiter,
                HasHeader = chosen.HasHeader ?? asRun.HasHeader,
                HeaderRows = chosen.HeaderRows ?? asRun.HeaderRows,
                SkippedRows = chosen.SkippedRows ?? asRun.SkippedRows,
            };
            if (await TryAsync(layout) is { } again && HasAll(again))
                (reading, alike) = (again, layout);
        }
        if (reading.Problems.FirstOrDefault(p => p.Code == "rows-capped") is not null)
            throw new BadDataException([
                new(
                    Severity.Error,
                    "too-many-rows",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the table has more rows than are read at once: {reading.Table.RowCount} rows, {reading.Table.Columns.Count} columns"
                    ),
                    "Split the file into several, or raise the limit in the settings."
                ),
            ]);
        Problem? mark = null;
        if (chosen.DecimalMark is null && alike.DecimalMark is not null)
            (reading, mark) = AskedMark.Of(
                reading,
                (await OpenedTable.OpenAsync(pathOrName, alike with { DecimalMark = null }, cancel)).Reading,
                features
            );
        var stepped = AskedSteps.On(reading.Table, spec.Steps);
        var asked = AskedTable.Of(run, reading, stepped.Table);
        if (spec.Steps is { Count: > 0 } steps)
            asked = asked with { Problems = [.. AskedSteps.Problems(stepped, steps), .. asked.Problems] };
        return mark is null ? asked : asked with { Problems = [mark, .. asked.Problems] };

        async Task<TableReading?> TryAsync(TableReadOptions options)
        {
            try
            {
                return (await OpenedTable.OpenAsync(pathOrName, options, cancel)).Reading;
            }
            catch (BadDataException)
            {
                return null; // read in this way it is no table
            }
        }
    }
}
