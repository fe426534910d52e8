using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Tables;

/// <summary><c>profile</c>: prints a table's guessed schema, a summary of each column, and the table's problems.</summary>
static class ProfileCommand
{
    public static Command Create()
    {
        var table = new Argument<string>("table") { Description = TableOptions.Help };
        var (reading, meaning) = (new TableOptions(), new SchemaOptions());
        var json = new Option<bool>("--json") { Description = "One JSON document." };
        var relations = new Option<bool>("--relations")
        {
            Description =
                "Adds how closely each column goes with the target (ρ: rank correlation of two numbers; ε: a number and groups; V: categories and classes), and columns that may say it.",
        };
        var command = new Command("profile", "Shows a table's guessed schema and its problems.") { table, json, relations };
        reading.AddTo(command);
        meaning.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(
                    () =>
                        RunAsync(
                            async () => meaning.Apply(parsed, await reading.OpenAsync(parsed, parsed.GetValue(table)!, cancel)),
                            parsed.GetValue(json),
                            parsed.GetValue(relations),
                            parsed.InvocationConfiguration.Output,
                            parsed.InvocationConfiguration.Error
                        ),
                    parsed.InvocationConfiguration.Error
                )
        );
        return command;
    }

    static async Task<int> RunAsync(Func<Task<OpenedTable>> open, bool json, bool relations, TextWriter output, TextWriter error)
    {
        try
        {
            var (clock, started) = (TimeProvider.System, TimeProvider.System.GetTimestamp());
            var opened = await open();
            var read = clock.GetElapsedTime(started).TotalSeconds;
            var profile = TableProfile.Of(opened.Table, opened.Schema);
            var heads = relations ? await HeadsAsync(opened) : null;
            var seconds = new { Read = read, Profile = clock.GetElapsedTime(started).TotalSeconds - read };
            if (json)
                await output.WriteLineAsync(
                    JsonSerializer.Serialize(
                        new
                        {
                            profile.Name,
                            profile.Rows,
                            profile.Task,
                            profile.Target,
                            opened.Reading.Format,
                            opened.Schema,
                            opened.Problems,
                            Steps = opened.Stepped?.Outcomes,
                            profile.Columns,
                            Missing = opened.Table.Columns.Where(c => c.Marks.Count > 0).ToDictionary(c => c.Name, c => c.Marks),
                            profile.Classes,
                            opened.Card,
                            Heads = heads?.Select(h => new
                            {
                                h.Column.Name,
                                h.Relation,
                                h.Suspect,
                                Bars = h.Bars?.Bars.Select(b => new
                                {
                                    b.Condition.Words,
                                    b.Rows,
                                    b.Counts,
                                }),
                            }),
                            opened.Source,
                            seconds,
                        },
                        RunJson.Pretty
                    )
                );
            else
                Write(output, opened, profile, heads);
            return opened.Problems.Any(p => p.Severity == Severity.Error) ? ExitCode.BadData : ExitCode.Done;
        }
        catch (BadDataException bad)
        {
            if (json)
                await output.WriteLineAsync(JsonSerializer.Serialize(new { bad.Problems }, RunJson.Pretty));
            foreach (var problem in bad.Problems)
                await error.WriteLineAsync(Line(problem));
            return ExitCode.BadData;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.BadData;
        }
        catch (ArgumentException e)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.WrongUsage;
        }
    }

    /// <summary>In table order.</summary>
    static async Task<List<ColumnHead>> HeadsAsync(OpenedTable opened)
    {
        var heads = new List<ColumnHead>();
        await foreach (var head in TableHeads.Of(opened.Table, opened.Schema).StreamAsync())
            heads.Add(head);
        return [.. heads.OrderBy(h => opened.Table.IndexOf(h.Column.Name))];
    }

    static void WriteRelations(TextWriter output, IReadOnlyList<ColumnHead> heads)
    {
        output.WriteLine();
        output.WriteLine("Relation to the target, strongest first:");
        var width = heads.Max(h => h.Column.Name.Length);
        foreach (var head in heads.Where(h => h.Relation is not null).OrderByDescending(h => Math.Abs(h.Relation!.Value)))
            output.WriteLine($"  {head.Column.Name.PadRight(width)}  {head.Relation!.Words}");
        foreach (var head in heads.Where(h => h.Suspect is not null))
            output.WriteLine($"Column '{head.Column.Name}' may say the target: {head.Suspect}.");
    }

    static void Write(TextWriter output, OpenedTable opened, TableProfile profile, IReadOnlyList<ColumnHead>? heads)
    {
        var format = opened.Reading.Format;
        string?[] facts =
        [
            $"{profile.Rows} rows",
            $"{profile.Columns.Count} columns",
            format.Sheet is null ? null : $"sheet '{format.Sheet}'",
            format.Encoding,
            format.Delimiter is { } d
                ? "delimiter "
                    + (
                        d == '\t' ? "tab"
                        : d == ' ' ? "blanks"
                        : $"'{d}'"
                    )
                : null,
            format.DecimalMark == ',' ? "decimal comma" : null,
            format.HasHeader ? null : "no header",
            format.HeaderRows > 1 ? $"{format.HeaderRows} header rows" : null,
        ];
        output.WriteLine($"{opened.Card?.Title ?? profile.Name}: {string.Join(", ", facts.Where(f => f is not null))}");
        output.WriteLine(
            profile.Target is null
                ? "No target was found."
                : $"Guess: {profile.Task.ToString().ToLowerInvariant()} of '{profile.Target}'.{(profile.Classes is null ? Choice(opened.Table[profile.Target]) : "")}"
        );
        output.WriteLine();
        string[][] lines =
        [
            ["column", "kind", "role", "missing", "distinct", "values"],
            .. profile.Columns.Select(Cells),
        ];
        int[] widths = [.. Enumerable.Range(0, 5).Select(c => lines.Max(l => l[c].Length))];
        foreach (var line in lines)
            output.WriteLine(
                string.Join(
                        "  ",
                        line.Select(
                            (cell, c) =>
                                c == 5 ? cell
                                : c is 3 or 4 ? cell.PadLeft(widths[c])
                                : cell.PadRight(widths[c])
                        )
                    )
                    .TrimEnd()
            );
        foreach (var column in opened.Table.Columns.Where(c => c.Marks.Count > 0))
            output.WriteLine(
                $"Read as missing in '{column.Name}': {string.Join(", ", column.Marks.Take(6).Select(m => $"'{Short(m.Text)}' ({m.Count})"))}{(column.Marks.Count > 6 ? ", …" : "")}"
            );
        if (heads is not null && profile.Target is not null)
            WriteRelations(output, heads);
        if (opened.Source is { } source)
            foreach (var line in Lines(source))
                output.WriteLine(line);
        if (opened.Problems.Count == 0)
            return;
        output.WriteLine();
        foreach (var problem in opened.Problems)
            output.WriteLine(Line(problem));
    }

    static IEnumerable<string> Lines(TableSource source)
    {
        yield return $"Source: {source.Service}, {source.Title}, {source.Page}";
        yield return $"Licence: {source.Licence ?? "not named"}";
        if (source.Citation is { } citation)
            yield return $"Citation: {citation}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Downloaded {source.FetchedUtc:yyyy-MM-dd}, {source.Checksum}{(source.IsChecked ? ", as published" : "; no checksum is published")}"
        );
    }

    /// <summary>How to choose classes where a number has few different whole values.</summary>
    static string Choice(Column target) =>
        SchemaGuess.CodesOf(target) is { Count: > 0 } codes
            ? $" It has {codes.Count} different whole numbers: if they are classes, say --task class."
            : "";

    static string[] Cells(ColumnProfile column) =>
        [
            column.Name,
            Word(column.Kind),
            Word(column.Role),
            column.Missing.ToString(CultureInfo.InvariantCulture),
            column.Distinct.ToString(CultureInfo.InvariantCulture),
            column.Numbers is { } n
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{n.Min:G6} to {n.Max:G6}, median {n.Median:G6}, mean {n.Mean:G6}, s.d. {n.Deviation:G6}"
                )
                : string.Join(
                    ", ",
                    column.Top.Take(5).Select(v => string.Create(CultureInfo.InvariantCulture, $"{Short(v.Value)} ({v.Count})"))
                ) + (column.Top.Count > 5 ? ", …" : ""),
        ];

    static string Word<T>(T value)
        where T : Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    static string Short(string cell) => (cell.Length <= 30 ? cell : cell[..29] + "…").ReplaceLineEndings(" ");

    static string Line(Problem problem) => $"{problem.Severity.ToString().ToLowerInvariant()} {problem.Code}: {problem}{Options(problem)}";

    /// <summary>The options that overrule the guess.</summary>
    static string Options(Problem problem) =>
        problem.Remedies.Count == 0 ? "" : $" [{string.Join(" or ", problem.Remedies.Select(r => r.Option))}]";
}
