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
                if (await SheetAsync(other) is not { } found || !HasAll(found))
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
            var again = (await OpenedTable.OpenAsync(pathOrName, layout, cancel)).Reading;
            if (HasAll(again))
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
        var stepped = AskedSteps.On(reading.Table, spec.Steps);
        var asked = AskedTable.Of(run, reading, stepped.Table);
        if (spec.Steps is { Count: > 0 } steps)
            asked = asked with { Problems = [.. AskedSteps.Problems(stepped, steps), .. asked.Problems] };
        var mark = chosen.DecimalMark is null && alike.DecimalMark is { } forced ? await MarkAsync(forced) : null;
        return mark is null ? asked : asked with { Problems = [mark, .. asked.Problems] };

        async Task<TableReading?> SheetAsync(TableReadOptions options)
        {
            try
            {
                return (await OpenedTable.OpenAsync(pathOrName, options, cancel)).Reading;
            }
            catch (BadDataException)
            {
                return null; // that sheet is no table
            }
        }

        // A warning where the file by itself has another decimal mark, and its numbers are then others.
        async Task<Problem?> MarkAsync(char forced)
        {
            var alone = (await OpenedTable.OpenAsync(pathOrName, alike with { DecimalMark = null }, cancel)).Reading;
            if (alone.Format.DecimalMark == forced)
                return null;
            foreach (var feature in features.Where(f => alone.Table.Has(f)))
            {
                var (with, without) = (reading.Table[feature], alone.Table[feature]);
                for (var row = 0; row < Math.Min(with.Cells.Count, without.Cells.Count); row++)
                    if (!with.Numbers[row].Equals(without.Numbers[row]))
                        return new(
                            Severity.Warning,
                            "decimal-mark-differs",
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"this file by itself looks like numbers with '{alone.Format.DecimalMark}' as the decimal mark ('{without.Cells[row]}'); it is read with '{forced}', as the run's table ('{with.Cells[row]}')"
                            ),
                            $"If this is wrong, give --decimal-mark {alone.Format.DecimalMark}.",
                            row + 1,
                            feature
                        );
            }
            return null;
        }
    }
}
