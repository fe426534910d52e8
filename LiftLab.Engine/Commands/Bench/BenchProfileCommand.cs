using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// <c>bench profile</c>: seconds and memory of reading a large table and of the heads of its columns, beside pandas and DuckDB in the same
/// run where a Python has them.
/// </summary>
static class BenchProfileCommand
{
    const int Decimals = 12,
        Integers = 4,
        Words = 3;

    public static Command Create()
    {
        var rows = new Option<int>("--rows")
        {
            Description = "Rows of the made table of 20 columns.",
            DefaultValueFactory = _ => 1_000_000,
        };
        var file = new Option<string?>("--file") { Description = "A table to profile instead." };
        var python = new Option<string?>("--python")
        {
            Description = "A Python; pandas and DuckDB are timed on the same file if it has them.",
        };
        var script = new Option<string>("--script")
        {
            Description = "The reference script.",
            DefaultValueFactory = _ => Path.Combine("benchmarks", "profile.py"),
        };
        var json = new Option<bool>("--json") { Description = "Write one JSON document." };
        var command = new Command("profile", "Measures the profile of a large table.") { rows, file, python, script, json };
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(async () =>
                {
                    var made = parsed.GetValue(file) is null ? Path.GetTempFileName() : null;
                    try
                    {
                        if (made is not null)
                            Write(made, parsed.GetValue(rows));
                        var path = parsed.GetValue(file) ?? made!;
                        var (own, target) = await MeasureAsync(path, cancel);
                        List<Row> all = [own];
                        if (parsed.GetValue(python) is { } interpreter)
                            all.AddRange(await BesideAsync(interpreter, parsed.GetValue(script)!, path, target, cancel));
                        Show(parsed.InvocationConfiguration.Output, all, parsed.GetValue(json));
                        return ExitCode.Done;
                    }
                    finally
                    {
                        if (made is not null)
                            File.Delete(made);
                    }
                })
        );
        return command;
    }

    /// <param name="Read">Seconds of reading the file; null where the program is not installed.</param>
    /// <param name="First">Seconds from then to the first column.</param>
    /// <param name="All">Seconds from then to the last column.</param>
    /// <param name="Megabytes">Peak memory of the process.</param>
    sealed record Row(string Name, double? Read, double? First = null, double? All = null, double? Megabytes = null);

    static void Write(string path, int rows)
    {
        var random = new Random(1);
        using var text = new StreamWriter(path) { NewLine = "\n" };
        text.WriteLine(string.Join(',', Enumerable.Range(0, Decimals + Integers + Words).Select(i => $"x{i}").Append("class")));
        for (var r = 0; r < rows; r++)
        {
            for (var i = 0; i < Decimals; i++)
                text.Write(string.Create(CultureInfo.InvariantCulture, $"{random.NextDouble() * 100:0.000},"));
            for (var i = 0; i < Integers; i++)
                text.Write(string.Create(CultureInfo.InvariantCulture, $"{random.Next(1000)},"));
            for (var i = 0; i < Words; i++)
                text.Write($"{"abcdef"[random.Next(6)]},");
            text.WriteLine("ab"[random.Next(2)]);
        }
    }

    static async Task<(Row, string Target)> MeasureAsync(string path, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var table = (await TableReader.ReadAsync(path, null, cancel)).Table;
        var schema = SchemaGuess.Guess(table);
        var read = clock.Elapsed.TotalSeconds;
        clock.Restart();
        double? first = null;
        await foreach (var _ in TableHeads.Of(table, schema).StreamAsync(cancel))
            first ??= clock.Elapsed.TotalSeconds;
        var all = clock.Elapsed.TotalSeconds;
        using var process = Process.GetCurrentProcess();
        return (
            new("LiftLab", read, first, all, process.PeakWorkingSet64 / 1048576.0),
            schema.Columns.FirstOrDefault(c => c.Role == ColumnRole.Target)?.Name ?? table.Columns[^1].Name
        );
    }

    static async Task<IEnumerable<Row>> BesideAsync(string python, string script, string path, string target, CancellationToken cancel)
    {
        if (!File.Exists(script))
            throw new FileNotFoundException($"there is no script '{script}'; run this from the repository's root or set --script");
        using var process = Process.Start(new ProcessStartInfo(python, [script, path, target]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
            throw new ArgumentException($"{python} {script} ended with exit code {process.ExitCode}");
        return
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonSerializer.Deserialize<Row>(l, JsonSerializerOptions.Web)!),
        ];
    }

    static void Show(TextWriter output, List<Row> rows, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new { rows, cores = Environment.ProcessorCount }, RunJson.Pretty));
            return;
        }
        output.WriteLine("| program | read, s | first column, s | all columns, s | peak, MB |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var r in rows)
            output.WriteLine(
                r.Read is null
                    ? $"| {r.Name} | not installed | | | |"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {r.Name} | {r.Read:F1} | {r.First:F1} | {r.All:F1} | {r.Megabytes:F0} |"
                    )
            );
    }
}
