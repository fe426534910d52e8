using System.Runtime.CompilerServices;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>
/// The rows that a run is asked about: a table as a whole, or a long file in parts that are read one after the other, so that memory does
/// not grow with the file.
/// </summary>
public sealed class AskedRows : IDisposable
{
    /// <summary>A file that is longer than two parts is read in parts.</summary>
    public const int PartBytes = 1 << 20;

    /// <summary>Problems of the head of a file whose records are not told apart by quotes and line ends alone.</summary>
    static readonly string[] OddText = ["other-quoting", "text-after-quote", "unclosed-quote", "line-ends", "nul-end", "comment-lines"];

    readonly Func<int, CancellationToken, Task<AskedTable>>? read;
    readonly DirectoryInfo? folder;
    readonly int parts;

    AskedRows(AskedTable whole) => (First, Count, Problems) = (whole, whole.Given.RowCount, whole.Problems);

    AskedRows(
        AskedTable first,
        int count,
        IReadOnlyList<Problem> problems,
        DirectoryInfo folder,
        int parts,
        Func<int, CancellationToken, Task<AskedTable>> read
    )
    {
        (First, Count, Problems, this.folder, this.parts, this.read) = (first, count, problems, folder, parts, read);
    }

    /// <summary>The whole table, or the first part.</summary>
    public AskedTable First { get; }

    /// <summary>Number of all rows.</summary>
    public int Count { get; }

    /// <summary>The problems of all rows.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    public bool IsWhole => read is null;

    public static AskedRows Of(AskedTable whole) => new(whole);

    /// <inheritdoc cref="AskedFile.ReadAsync"/>
    /// <param name="partBytes">Size of a part.</param>
    public static async Task<AskedRows> ReadAsync(
        RunSpec spec,
        LearningTask run,
        string pathOrName,
        TableReadOptions chosen,
        int partBytes,
        CancellationToken cancel
    )
    {
        if (IsAlike(spec, chosen) && new FileInfo(pathOrName) is { Exists: true } file && file.Length > 2L * partBytes)
        {
            var folder = Directory.CreateTempSubdirectory("liftlab-asked-");
            try
            {
                if (await InPartsAsync(spec, run, file, chosen, partBytes, folder, cancel) is { } rows)
                    return rows;
            }
            catch (BadDataException)
            {
                // The whole file says what is wrong with it.
            }
            catch
            {
                folder.Delete(recursive: true);
                throw;
            }
            folder.Delete(recursive: true);
        }
        return Of(await AskedFile.ReadAsync(spec, run, pathOrName, chosen, cancel));
    }

    /// <summary>
    /// Whether a part is read as the whole file is: decimal mark and columns are those of the run, and no step looks at other rows.
    /// </summary>
    static bool IsAlike(RunSpec spec, TableReadOptions chosen) =>
        spec is { Source: { Columns: { } columns } source, Steps: null or { Count: 0 } }
        && (chosen.DecimalMark ?? source.DecimalMark) is not null
        && spec.Schema.Features.All(f => columns.ContainsKey(f.Name))
        && chosen.Encoding is null or "utf-8";

    static async Task<AskedRows?> InPartsAsync(
        RunSpec spec,
        LearningTask run,
        FileInfo file,
        TableReadOptions chosen,
        int partBytes,
        DirectoryInfo folder,
        CancellationToken cancel
    )
    {
        if (file.Length > chosen.MaxBytes)
            return null;
        var one = Path.Combine(folder.FullName, file.Name);
        if (!await HeadAsync(file.FullName, one, partBytes, cancel))
            return null;
        var head = await AskedFile.ReadAsync(spec, run, one, chosen, cancel);
        if (
            head.Format is not { Kind: "csv", Encoding: "utf-8", SkippedRows: 0, HeaderRows: 0 or 1, Delimiter: { } delimiter } format
            || delimiter == ' '
            || head.Problems.Any(p => OddText.Contains(p.Code))
            || await FileParts.FindAsync(file.FullName, delimiter, format.HasHeader, partBytes, cancel) is not { } parts
        )
            return null;
        var alike = chosen with
        {
            Delimiter = delimiter,
            HasHeader = format.HasHeader,
            HeaderRows = format.HasHeader ? 1 : null,
            SkippedRows = 0,
            Encoding = "utf-8",
            DecimalMark = format.DecimalMark,
        };
        // Every part is read once before the first answer: what is wrong anywhere is said, or refused, before models are asked.
        var problems = new PartProblems();
        problems.Add([.. head.Problems.Where(p => p.Code == "decimal-mark-differs")], 0);
        string[] names = [.. head.Given.Columns.Select(c => c.Name)];
        AskedTable? first = null;
        var count = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = await PartAsync(i, cancel);
            if (!part.Given.Columns.Select(c => c.Name).SequenceEqual(names, StringComparer.Ordinal))
                return null;
            first ??= part;
            problems.Add(part.Problems, count);
            count += part.Given.RowCount;
            if (count > chosen.MaxRows)
                return null;
        }
        return new(first!, count, problems.ToList(), folder, parts.Count, PartAsync);

        async Task<AskedTable> PartAsync(int part, CancellationToken stop)
        {
            await parts.WriteAsync(part, one, stop);
            return await AskedFile.ReadAsync(spec, run, one, alike, stop);
        }
    }

    /// <summary>Writes the first records as a file of its own; false for a file that is no plain text.</summary>
    static async Task<bool> HeadAsync(string path, string target, int bytes, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        var buffer = new byte[bytes];
        var length = await file.ReadAtLeastAsync(buffer, bytes, throwOnEndOfStream: false, cancel);
        // A line break behind an odd number of quotes is part of a cell.
        int last = 0,
            quotes = 0;
        for (var i = 0; i < length; i++)
            if (buffer[i] == '"')
                quotes++;
            else if (buffer[i] == '\n' && quotes % 2 == 0)
                last = i;
        if (last <= 0 || buffer.AsSpan(0, last).Contains((byte)0) || buffer.AsSpan(0, 4).SequenceEqual("sep="u8))
            return false;
        await File.WriteAllBytesAsync(target, buffer[..(last + 1)], cancel);
        return true;
    }

    /// <summary>The parts in their order, with the number of rows before each.</summary>
    public async IAsyncEnumerable<(int Before, AskedTable Part)> PartsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        if (read is null)
        {
            yield return (0, First);
            yield break;
        }
        var before = 0;
        for (var i = 0; i < parts; i++)
        {
            var part = await read(i, cancel);
            yield return (before, part);
            before += part.Given.RowCount;
        }
    }

    public void Dispose() => folder?.Delete(recursive: true);
}
