using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Cells;
using MiniExcelLibs;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>
/// XLSX. A workbook can only be written as a whole, so the cells wait in a temporary file. Numbers are numbers; a cell that the file has
/// in another notation ("5 %", "NA") is that text.
/// </summary>
public sealed class WorkbookAnswers : AnswerWriter
{
    /// <summary>The limit of the format, without the header row.</summary>
    public const int MostRows = 1_048_575;

    readonly string file;
    readonly FileStream waiting;
    readonly BinaryWriter into;
    readonly string[] names;
    int rows;

    readonly Action? begins;

    /// <param name="begins">Told when the answers are there and the workbook is written.</param>
    public WorkbookAnswers(AnsweredTable table, string file, Action? begins = null)
        : base(table)
    {
        (this.file, this.begins) = (file, begins);
        names = [.. table.Names.Select(TableWriter.Defused)];
        waiting = new(
            file + ".answers",
            FileMode.Create,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.DeleteOnClose | FileOptions.SequentialScan
        );
        into = new(waiting);
    }

    public override Task WriteAsync(AnsweredPiece piece, CancellationToken cancel)
    {
        for (var i = 0; i < piece.Rows; i++, rows++)
        {
            for (var c = 0; c < Table.Own.Count; c++)
                into.Write(piece.Own(c, i));
            foreach (var cell in Table.Answers(piece, i))
                into.Write(cell);
        }
        return Task.CompletedTask;
    }

    public override async Task EndAsync(CancellationToken cancel)
    {
        begins?.Invoke();
        into.Flush();
        waiting.Position = 0;
        using var from = new BinaryReader(waiting, System.Text.Encoding.UTF8, leaveOpen: true);
        await using var output = File.Create(file);
        await output.SaveAsAsync(Rows(from, cancel), sheetName: "predictions", cancellationToken: cancel);
    }

    IEnumerable<Dictionary<string, object?>> Rows(BinaryReader from, CancellationToken cancel)
    {
        for (var row = 0; row < rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            var cells = new Dictionary<string, object?>(names.Length, StringComparer.Ordinal);
            var at = 0;
            foreach (var column in Table.Own)
                cells[names[at++]] = Own(column, from.ReadString());
            foreach (var added in Table.Added)
                for (var i = 0; i < added.Names.Count; i++)
                    cells[names[at++]] = Answer(from.ReadString());
            yield return cells;
        }
    }

    /// <summary>A number where the cell is one, in a column that holds no codes; other notations stay text.</summary>
    static object? Own(Column column, string cell)
    {
        return cell.Length == 0 ? null
            : NumberText.IsNumber(cell) && !TableWriter.IsCode(column, cell) ? double.Parse(cell, CultureInfo.InvariantCulture)
            : TableWriter.Defused(cell);
    }

    static object? Answer(string cell) =>
        cell.Length == 0 ? null
        : NumberText.IsNumber(cell) && !NumberText.IsCode(cell) && !PartNumbers.HasShape(cell)
            ? double.Parse(cell, CultureInfo.InvariantCulture)
        : TableWriter.Defused(cell);

    public override async ValueTask DisposeAsync()
    {
        await into.DisposeAsync();
        await waiting.DisposeAsync();
    }
}
