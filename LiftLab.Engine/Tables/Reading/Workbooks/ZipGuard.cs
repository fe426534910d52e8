using System.IO.Compression;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>
/// Refuses an archive whose unpacked size exceeds the limit. It unpacks the archive, since the sizes in the index may be false.
/// </summary>
static class ZipGuard
{
    /// <summary>Largest number of unpacked bytes per byte of deflate data.</summary>
    const int LargestRatio = 1032;

    /// <returns>The names of the archive's entries.</returns>
    /// <exception cref="BadDataException">The archive is damaged, or unpacks to more than <paramref name="limit"/> bytes.</exception>
    public static IReadOnlyList<string> Check(byte[] bytes, long limit, CancellationToken cancel)
    {
        try
        {
            using var archive = new ZipArchive(new CancellableBytes(bytes, cancel), ZipArchiveMode.Read);
            string[] names = [.. archive.Entries.Select(e => e.FullName)];
            // Overlapping entries can each unpack the same bytes, so the bound also uses the sum of their compressed sizes.
            var most = Math.Max(bytes.LongLength, archive.Entries.Sum(e => e.CompressedLength));
            if (most > limit / LargestRatio && Unpacked(archive, limit) > limit)
                throw Refuse(
                    "unpacks-too-large",
                    $"the workbook unpacks to more than {ByteWords.Of(limit)}",
                    "Save the sheet as CSV, or raise the limit in the settings."
                );
            return names;
        }
        catch (Exception e)
            when (e is InvalidDataException or IOException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw Refuse(
                "broken-workbook",
                "the workbook's archive is damaged",
                "Open it in a spreadsheet program and save it again, or save the sheet as CSV."
            );
        }
    }

    static long Unpacked(ZipArchive archive, long limit)
    {
        var buffer = new byte[1 << 16];
        long total = 0;
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            int read;
            while ((read = stream.Read(buffer)) > 0)
                if ((total += read) > limit)
                    return total;
        }
        return total;
    }

    static BadDataException Refuse(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
