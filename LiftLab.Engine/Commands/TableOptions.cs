using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Reading.Delimited;

namespace LiftLab.Engine.Commands;

/// <summary>The options of every command that reads a table: how the file is read and what its columns mean.</summary>
sealed class TableOptions
{
    readonly Option<string?> sheet = new("--sheet")
    {
        Description = "The workbook's sheet, by name or number from 1; default: the first visible sheet that looks like a table.",
    };
    readonly Option<string?> encoding = new("--encoding")
    {
        Description = $"Encoding of a text file: {string.Join(", ", TextEncoding.Names)}; default: guessed.",
    };
    readonly Option<string?> delimiter = new("--delimiter")
    {
        Description = "What separates cells: comma, semicolon, tab, bar, blanks, or one character; default: guessed.",
    };
    readonly Option<int?> header = new("--header")
    {
        Description = "Number of header rows, 0 to 9; the cells of several are joined to one name; default: guessed.",
    };
    readonly Option<int?> skip = new("--skip")
    {
        Description = "Number of filled rows above the header that are left out; default: guessed.",
    };
    readonly Option<bool> everyRow = new("--every-row")
    {
        Description = "Reads every row below the header as data: none is left out as a note, total, comment, unit or repeated header.",
    };
    readonly Option<string?> decimalMark = new("--decimal-mark")
    {
        Description = "The decimal mark of the file: . or ,; default: guessed.",
    };
    readonly Option<string[]> kinds = Many("--kind", "COLUMN=KIND", $"What a column holds: {Words<ColumnKind>()}.");
    readonly Option<string[]> missing = Many("--missing", "[COLUMN=]TEXT", "A text that marks a missing value, in one column or in all.");
    readonly Option<string[]> words = Many(
        "--word",
        "[COLUMN=]TEXT",
        "A text that is a value although it looks like a mark of a missing one, such as NA for Namibia."
    );
    readonly Option<string[]> parts = Many(
        "--parts",
        "COLUMN[=PARTS]",
        $"Numbers computed from a column of dates, as columns of their own: {Words<DatePart>()}; default: those that differ."
    );
    readonly Option<string[]> orders = Many("--date-order", "COLUMN=ORDER", $"The order of day and month in dates: {Words<DateOrder>()}.");
    readonly Option<string[]> merged = Many(
        "--merge",
        "COLUMN[=FROM=TO]",
        "Reads the value FROM as TO; without them, values that differ only in case, blanks, a final stop or look-alike letters become one."
    );
    readonly Option<string[]> rare = Many(
        "--merge-rare",
        "COLUMN=N",
        $"Reads the values that fewer than N rows have as '{SmallClasses.Other}'."
    );
    readonly Option<string[]> included = Many("--include", "COLUMN", "A column to use as a feature although the guess leaves it out.");
    readonly Option<string[]> ignored = Many("--ignore", "COLUMN", "A column that is not used.");

    public void AddTo(Command command)
    {
        AddFileTo(command);
        foreach (var option in (Option[])[kinds, missing, words, parts, orders, merged, rare, included, ignored])
            command.Options.Add(option);
    }

    /// <summary>Adds the options of the file alone, for a command that knows the columns already.</summary>
    /// <param name="withEncoding">False for a command that uses the name --encoding for something else.</param>
    public void AddFileTo(Command command, bool withEncoding = true)
    {
        decimalMark.AcceptOnlyFromAmong(".", ",");
        foreach (var option in (Option[])[sheet, encoding, delimiter, decimalMark, header, skip, everyRow])
            if (withEncoding || option != encoding)
                command.Options.Add(option);
    }

    /// <summary>Reads the table and applies the options to its guessed schema.</summary>
    /// <param name="pathOrName">A file, or a bundled table's name.</param>
    /// <exception cref="ArgumentException">An option names a column or a kind that does not exist.</exception>
    /// <exception cref="BadDataException">The file does not exist or contains no usable table.</exception>
    public async Task<OpenedTable> OpenAsync(ParseResult parsed, string pathOrName, CancellationToken cancel)
    {
        var reading = Reading(parsed);
        var opened = await OpenedTable.OpenAsync(pathOrName, reading, cancel);
        foreach (var name in (reading.Columns ?? new Dictionary<string, ColumnReadOptions>()).Keys)
            Known(opened.Table, name);
        if (After(parsed, opened.Table, reading) is var more && more != reading)
            opened = await OpenedTable.OpenAsync(pathOrName, more, cancel);
        var schema = opened.Schema;
        foreach (var name in parsed.GetValue(included) ?? [])
            schema = WithRole(schema, Known(opened.Table, name, included), ColumnRole.Feature);
        foreach (var name in parsed.GetValue(ignored) ?? [])
            schema = WithRole(schema, Known(opened.Table, name, ignored), ColumnRole.Ignored);
        return ReferenceEquals(schema, opened.Schema) ? opened : opened.With(schema);
    }

    /// <exception cref="ArgumentException">An option has another form.</exception>
    public TableReadOptions Reading(ParseResult parsed)
    {
        var reading = new TableReadOptions
        {
            Sheet = parsed.GetValue(sheet),
            Encoding = parsed.GetValue(encoding),
            Delimiter = parsed.GetValue(delimiter) is { } d ? Character(d) : null,
            HasHeader = parsed.GetValue(header) switch
            {
                null => null,
                0 => false,
                > 0 and < 10 => true,
                _ => throw new ArgumentException("--header: give 0 to 9"),
            },
            HeaderRows = parsed.GetValue(header) is > 0 and var rows ? rows : null,
            SkippedRows = parsed.GetValue(skip) is < 0 ? throw new ArgumentException("--skip: give 0 or more") : parsed.GetValue(skip),
            EveryRow = parsed.GetValue(everyRow) ? true : null,
            DecimalMark = parsed.GetValue(decimalMark) is { } mark ? mark[0] : null,
        };
        foreach (var (column, kind) in Pairs(parsed, kinds))
            reading = reading.With(column, c => c with { Kind = Word<ColumnKind>(kind, kinds) });
        foreach (var (column, order) in Pairs(parsed, orders))
            reading = reading.With(column, c => c with { Order = Word<DateOrder>(order, orders) });
        foreach (var text in parsed.GetValue(missing) ?? [])
            reading = With(reading, text, t => new() { Missing = [t] });
        foreach (var text in parsed.GetValue(words) ?? [])
            reading = With(reading, text, t => new() { Words = [t] });
        foreach (var text in parsed.GetValue(parts) ?? [])
            if (text.LastIndexOf('=') is > 0 and var at)
                reading = reading.With(
                    text[..at].Trim(),
                    c => c with { Parts = [.. text[(at + 1)..].Split(',').Select(p => Word<DatePart>(p.Trim(), parts))] }
                );
        foreach (var text in parsed.GetValue(merged) ?? [])
            if (text.Split('=') is [var column, var from, var to])
                reading = reading.With(
                    column.Trim(),
                    c => c.And(new() { Merged = new Dictionary<string, string> { [from.Trim()] = to.Trim() } })
                );
        return reading;
    }

    static char Character(string delimiter) =>
        delimiter.ToLowerInvariant() switch
        {
            "comma" => ',',
            "semicolon" => ';',
            "tab" or "\\t" => '\t',
            "bar" or "pipe" => '|',
            "blanks" or "blank" or "space" or "spaces" => ' ',
            { Length: 1 } => delimiter[0],
            _ => throw new ArgumentException("--delimiter: give comma, semicolon, tab, bar, blanks or one character"),
        };

    /// <summary>The options that need the cells: parts that differ, values that look alike, rare values.</summary>
    TableReadOptions After(ParseResult parsed, Table table, TableReadOptions reading)
    {
        foreach (var name in (parsed.GetValue(parts) ?? []).Where(t => !t.Contains('=', StringComparison.Ordinal)))
            reading = reading.With(name, c => c with { Parts = DateColumns.Useful(table[Known(table, name, parts)]) });
        foreach (var name in (parsed.GetValue(merged) ?? []).Where(t => !t.Contains('=', StringComparison.Ordinal)))
            reading = reading.With(
                name,
                c => c.And(new() { Merged = LookAlikes.Merged(LookAlikes.Of(table[Known(table, name, merged)])) })
            );
        foreach (var (name, count) in Pairs(parsed, rare))
            reading = reading.With(
                name,
                c =>
                    c.And(
                        int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var below)
                            ? new() { Merged = SmallClasses.Merged(table[Known(table, name, rare)], below) }
                            : throw new ArgumentException($"{rare.Name}: write {rare.HelpName} with a whole number, not '{name}={count}'")
                    )
            );
        return reading;
    }

    /// <summary>Adds to one column ("COLUMN=TEXT"), or to all ("TEXT").</summary>
    static TableReadOptions With(TableReadOptions reading, string text, Func<string, ColumnReadOptions> more) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? reading.With(text[..at].Trim(), c => c.And(more(text[(at + 1)..].Trim())))
            : reading with
            {
                AllColumns = (reading.AllColumns ?? ColumnReadOptions.Guessed).And(more(text)),
            };

    static Schema WithRole(Schema schema, string column, ColumnRole role) =>
        schema with
        {
            Columns = [.. schema.Columns.Select(c => c.Name == column && c.Role != ColumnRole.Target ? c with { Role = role } : c)],
        };

    static Option<string[]> Many(string name, string form, string what) =>
        new(name) { HelpName = form, Description = what + " Can be given several times." };

    /// <summary>"COLUMN=VALUE", split at the last =.</summary>
    static IEnumerable<(string Column, string Value)> Pairs(ParseResult parsed, Option<string[]> option)
    {
        foreach (var text in parsed.GetValue(option) ?? [])
            yield return text.LastIndexOf('=') is > 0 and var at
                ? (text[..at].Trim(), text[(at + 1)..].Trim())
                : throw new ArgumentException($"{option.Name}: write {option.HelpName}, not '{text}'");
    }

    static TWord Word<TWord>(string word, Option option)
        where TWord : struct, Enum =>
        Enum.TryParse<TWord>(word, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(word[0])
            ? value
            : throw new ArgumentException($"{option.Name}: '{word}' is not one of {Words<TWord>()}");

    static string Words<TWord>()
        where TWord : struct, Enum => string.Join(", ", Enum.GetNames<TWord>().Select(n => n.ToLowerInvariant()));

    static string Known(Table table, string column, Option? option = null) =>
        table.Has(column)
            ? column
            : throw new ArgumentException(
                $"{(option is null ? "" : option.Name + ": ")}there is no column '{column}'; the columns are {string.Join(", ", table.Columns.Select(c => $"'{c.Name}'"))}"
            );
}
