using System.CommandLine;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands;

/// <summary>The options of every command that reads a table: how the file is read and what its columns mean.</summary>
sealed class TableOptions
{
    readonly Option<string?> sheet = new("--sheet") { Description = "The workbook's sheet; default: the first with cells." };
    readonly Option<string?> decimalMark = new("--decimal-mark")
    {
        Description = "The decimal mark of the file: . or ,; default: guessed.",
    };
    readonly Option<string[]> kinds = Many("--kind", "COLUMN=KIND", $"What a column holds: {Words<ColumnKind>()}.");
    readonly Option<string[]> included = Many("--include", "COLUMN", "A column to use as a feature although the guess leaves it out.");
    readonly Option<string[]> ignored = Many("--ignore", "COLUMN", "A column that is not used.");

    public void AddTo(Command command)
    {
        decimalMark.AcceptOnlyFromAmong(".", ",");
        foreach (var option in (Option[])[sheet, decimalMark, kinds, included, ignored])
            command.Options.Add(option);
    }

    /// <summary>Reads the table and applies the options to its guessed schema.</summary>
    /// <param name="pathOrName">A file, or a bundled table's name.</param>
    /// <exception cref="ArgumentException">An option names a column or a kind that does not exist.</exception>
    /// <exception cref="BadDataException">The file does not exist or contains no usable table.</exception>
    public async Task<OpenedTable> OpenAsync(ParseResult parsed, string pathOrName, CancellationToken cancel)
    {
        var opened = await OpenedTable.OpenAsync(pathOrName, Reading(parsed), cancel);
        foreach (var (name, _) in Pairs(parsed, kinds))
            Known(opened.Table, name, kinds);
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
            DecimalMark = parsed.GetValue(decimalMark) is { } mark ? mark[0] : null,
        };
        foreach (var (column, kind) in Pairs(parsed, kinds))
            reading = reading.With(column, c => c with { Kind = Word<ColumnKind>(kind, kinds) });
        return reading;
    }

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

    static string Known(Table table, string column, Option option) =>
        table.Has(column)
            ? column
            : throw new ArgumentException(
                $"{option.Name}: there is no column '{column}'; the columns are {string.Join(", ", table.Columns.Select(c => $"'{c.Name}'"))}"
            );
}
