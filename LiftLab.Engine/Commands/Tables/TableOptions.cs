using System.CommandLine;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Tables;

/// <summary>The options of every command that reads a table: how the file is read and what its columns mean.</summary>
sealed class TableOptions
{
    /// <summary>What <c>--help</c> says about the argument that names the table.</summary>
    public const string Help =
        $"A file (CSV, TSV, XLSX, XLS, ODS, Parquet, ARFF, JSON Lines), a bundled table's name, or {OpenMlTable.Help}.";

    readonly Option<string?>[] singles =
    [
        One(
            ReadingWords.Sheet,
            "The workbook's sheet, by name or number from 1; default: the first visible sheet that looks like a table."
        ),
        One(ReadingWords.Encoding, $"Encoding of a text file: {string.Join(", ", TableReadOptions.Encodings)}; default: guessed."),
        One(ReadingWords.Delimiter, "What separates cells: comma, semicolon, tab, bar, blanks, or one character; default: guessed."),
        One(ReadingWords.DecimalMark, "The decimal mark of the file: . or ,; default: guessed."),
        One(ReadingWords.Header, "Number of header rows, 0 to 9; the cells of several are joined to one name; default: guessed."),
        One(ReadingWords.Skip, "Number of filled rows above the header that are left out; default: guessed."),
        One(ReadingWords.Comment, "What comment lines begin with, such as # or //: all lines that do are left out; default: guessed."),
    ];
    readonly Option<bool> everyRow = new("--" + ReadingWords.EveryRow)
    {
        Description = "Reads every row below the header as data: none is left out as a note, total, comment, unit or repeated header.",
    };
    readonly Option<string[]>[] several =
    [
        Many(ReadingWords.Kind, "COLUMN=KIND", $"What a column holds: {ReadingWords.All<ColumnKind>()}."),
        Many(ReadingWords.Missing, "[COLUMN=]TEXT", "A text that marks a missing value, in one column or in all."),
        Many(
            ReadingWords.Word,
            "[COLUMN=]TEXT",
            "A text that is a value although it looks like a mark of a missing one, such as NA for Namibia."
        ),
        Many(
            ReadingWords.Parts,
            "COLUMN[=PARTS]",
            $"Numbers computed from a column of dates, as columns of their own: {ReadingWords.All<DatePart>()}; default: those that differ."
        ),
        Many(ReadingWords.Order, "COLUMN=ORDER", $"The order of day and month in dates: {ReadingWords.All<DateOrder>()}."),
        Many(
            ReadingWords.Merge,
            "COLUMN[=FROM=TO]",
            "Reads the value FROM as TO; without them, values that differ only in case, blanks, a final stop or look-alike letters become one."
        ),
        Many(ReadingWords.MergeRare, "COLUMN=N", $"Reads the values that fewer than N rows have as '{SmallClasses.Other}'."),
    ];
    readonly Option<string[]> included = Many("include", "COLUMN", "A column to use as a feature although the guess leaves it out.");
    readonly Option<string[]> ignored = Many("ignore", "COLUMN", "A column that is not used.");

    readonly StepOptions steps = new();

    public void AddTo(Command command)
    {
        AddFileTo(command);
        foreach (var option in (Option[])[.. several, included, ignored])
            command.Options.Add(option);
        steps.AddTo(command);
    }

    /// <summary>Adds the options of the file alone, for a command that knows the columns already.</summary>
    /// <param name="withEncoding">False for a command that uses the name --encoding for something else.</param>
    /// <param name="asLearned">True for new rows of a run, which are read as the run's table.</param>
    public void AddFileTo(Command command, bool withEncoding = true, bool asLearned = false)
    {
        if (asLearned)
            singles.Single(o => o.Name == "--" + ReadingWords.DecimalMark).Description =
                "The decimal mark of the file: . or ,; default: that of the run's table, or the file's own where only that one reads its numbers (a warning says so).";
        foreach (var option in (Option[])[.. singles, everyRow])
            if (withEncoding || option.Name != "--" + ReadingWords.Encoding)
                command.Options.Add(option);
    }

    /// <summary>Reads the table and applies the options to its guessed schema.</summary>
    /// <param name="pathOrName">A file, a bundled table's name, or a dataset of OpenML ("openml:61").</param>
    /// <exception cref="ArgumentException">An option names a column or a kind that does not exist.</exception>
    /// <exception cref="BadDataException">The file does not exist or contains no usable table, or a step does not apply to it.</exception>
    /// <exception cref="Hub.HubException">A dataset of OpenML cannot be downloaded.</exception>
    public async Task<OpenedTable> OpenAsync(ParseResult parsed, string pathOrName, CancellationToken cancel)
    {
        var words = Words(parsed);
        var reading = words.Read();
        var source = await OpenMlTable.FindAsync(pathOrName, parsed, cancel);
        if (source is not null)
            (pathOrName, reading) = (source.File.Path, source.Under(reading));
        var opened = await OpenedTable.OpenAsync(pathOrName, reading, cancel);
        if (words.And(opened.Table, reading) is var more && more != reading)
            opened = await OpenedTable.OpenAsync(pathOrName, more, cancel);
        if (source is not null)
            opened = source.Described(opened);
        opened = await steps.ApplyAsync(parsed, opened, cancel);
        var schema = opened.Schema;
        foreach (var name in parsed.GetValue(included) ?? [])
            schema = WithRole(schema, words.Has(opened.Table, name, included.Name[2..]), ColumnRole.Feature);
        foreach (var name in parsed.GetValue(ignored) ?? [])
            schema = WithRole(schema, words.Has(opened.Table, name, ignored.Name[2..]), ColumnRole.Ignored);
        return ReferenceEquals(schema, opened.Schema) ? opened : opened.With(schema);
    }

    /// <exception cref="ArgumentException">An option has another form.</exception>
    public TableReadOptions Reading(ParseResult parsed) => Words(parsed).Read();

    ReadingWords Words(ParseResult parsed) =>
        new(
            name =>
                Array.Find(singles, o => o.Name == "--" + name) is { } single
                    ? parsed.GetValue(single) is { } word
                        ? [word]
                        : []
                    : Array.Find(several, o => o.Name == "--" + name) is { } many
                        ? parsed.GetValue(many) ?? []
                        : name == ReadingWords.EveryRow && parsed.GetValue(everyRow)
                            ? ["true"]
                            : [],
            "--"
        );

    static Schema WithRole(Schema schema, string column, ColumnRole role) =>
        schema with
        {
            Columns = [.. schema.Columns.Select(c => c.Name == column && c.Role != ColumnRole.Target ? c with { Role = role } : c)],
        };

    static Option<string?> One(string name, string what) => new("--" + name) { Description = what };

    static Option<string[]> Many(string name, string form, string what) =>
        new("--" + name) { HelpName = form, Description = what + " Can be given several times." };
}
