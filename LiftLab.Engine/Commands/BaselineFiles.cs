using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Commands;

/// <summary>Training, validation and test files of one split as one learning task.</summary>
/// <param name="HasHeader">False for bare matrices, whose features are used unchanged unless an encoding is given.</param>
sealed record BaselineFiles(LearningTask Task, bool HasHeader)
{
    /// <param name="target">A column's name, its position from 1, or "last"; in files without a header, "y" and "target" also mean the last
    /// column.</param>
    /// <param name="options">How the three files are read.</param>
    /// <exception cref="BadDataException">The files have different columns, or the target column does not exist.</exception>
    public static async Task<BaselineFiles> ReadAsync(
        string train,
        string valid,
        string test,
        string target,
        TaskKind? task,
        TableReadOptions options,
        CancellationToken cancel
    )
    {
        var first = await TableReader.ReadAsync(train, options, cancel);
        var header = first.Format.HasHeader;
        var rest = options with { HasHeader = header };
        TableReading[] parts = [first, await TableReader.ReadAsync(valid, rest, cancel), await TableReader.ReadAsync(test, rest, cancel)];
        string[] files = [train, valid, test];
        for (var i = 0; i < parts.Length; i++)
        {
            var errors = parts[i].Problems.Where(p => p.Severity == Severity.Error).ToArray();
            if (errors.Length > 0)
                throw new BadDataException([.. errors.Select(e => e with { What = $"{files[i]}: {e.What}" })]);
            if (header && first.Table.Columns.FirstOrDefault(c => !parts[i].Table.Has(c.Name)) is { } lacking)
                throw Bad(
                    "column-missing",
                    $"{files[i]} has no column '{lacking.Name}', which {train} has",
                    "Give the files the same columns."
                );
            if (!header && parts[i].Table.Columns.Count != first.Table.Columns.Count)
                throw Bad(
                    "column-count",
                    $"{files[i]} has {parts[i].Table.Columns.Count} columns, {train} has {first.Table.Columns.Count}",
                    "Give the files the same columns."
                );
        }
        var columns = first
            .Table.Columns.Select(
                (c, i) => new Column(c.Name, [.. parts.SelectMany(p => (header ? p.Table[c.Name] : p.Table.Columns[i]).Cells)])
            )
            .ToArray();
        var table = new Table(first.Table.Name, columns);
        var name = Target(table, target, header);
        var guess = SchemaGuess.Guess(table);
        // A bare matrix has no row numbers and no free text: columns guessed as identifiers become numeric features.
        if (!header)
            guess = guess with
            {
                Columns =
                [
                    .. guess.Columns.Select(c =>
                        c with
                        {
                            Role = c.Role == ColumnRole.Ignored ? ColumnRole.Feature : c.Role,
                            Kind = c.Kind == ColumnKind.Identifier ? ColumnKind.Number : c.Kind,
                        }
                    ),
                ],
            };
        var schema = guess.WithTarget(name, task ?? SchemaGuess.TaskOf(table[name]));
        int[] sizes = [.. parts.Select(p => p.Table.RowCount)];
        var split = new Split(
            [.. Enumerable.Range(0, sizes[0])],
            [.. Enumerable.Range(sizes[0], sizes[1])],
            [.. Enumerable.Range(sizes[0] + sizes[1], sizes[2])]
        );
        return new(new LearningTask(table, schema, split), header);
    }

    static string Target(Table table, string target, bool header)
    {
        if (table.Has(target))
            return target;
        if (target == "last" || !header && target is "y" or "target" or "class")
            return table.Columns[^1].Name;
        if (
            int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && position >= 1
            && position <= table.Columns.Count
        )
            return table.Columns[position - 1].Name;
        throw Bad(
            "no-such-column",
            $"there is no column '{target}'",
            $"The columns are {string.Join(", ", table.Columns.Select(c => c.Name))}; a position from 1 or 'last' is also accepted."
        );
    }

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
