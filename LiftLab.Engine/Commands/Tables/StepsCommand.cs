using System.CommandLine;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Tables;

/// <summary><c>steps TABLE</c>: changes a table step by step and writes it to another file.</summary>
static class StepsCommand
{
    public static Command Create()
    {
        var table = new Argument<string>("table") { Description = "A CSV, TSV, XLSX or XLS file, or a bundled table's name." };
        var reading = new TableOptions();
        var target = new Option<string?>("--out") { Description = "A .csv or .xlsx file; default: CSV on standard output." };
        var json = new Option<bool>("--json") { Description = "Writes the result of each step as one JSON document to standard output." };
        var command = new Command("steps", "Changes a table step by step, says what each step changed, and writes the changed table.")
        {
            table,
            target,
            json,
        };
        reading.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(
                    async () =>
                        await WriteAsync(
                            await reading.OpenAsync(parsed, parsed.GetValue(table)!, cancel),
                            parsed.GetValue(target),
                            parsed.GetValue(json),
                            parsed.InvocationConfiguration.Output,
                            cancel
                        ),
                    parsed.InvocationConfiguration.Error
                )
        );
        return command;
    }

    static async Task<int> WriteAsync(OpenedTable opened, string? target, bool json, TextWriter output, CancellationToken cancel)
    {
        if (target?.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) == true)
        {
            await using var file = File.Create(target);
            await TableWriter.WriteXlsxAsync(opened.Table, file, cancel);
        }
        else if (target is not null)
            await TableWriter.WriteCsvAsync(opened.Table, target, cancel);
        if (json)
            await output.WriteLineAsync(
                JsonSerializer.Serialize(
                    new
                    {
                        opened.Table.RowCount,
                        Columns = opened.Table.Columns.Select(c => c.Name),
                        Steps = opened.Stepped?.Outcomes ?? [],
                    },
                    RunJson.Pretty
                )
            );
        else if (target is null)
            TableWriter.WriteCsv(opened.Table, output);
        return ExitCode.Done;
    }
}
