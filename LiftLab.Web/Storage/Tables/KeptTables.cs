using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Web.Storage.Tables;

/// <summary>
/// A cache of the tables read last, valid while their files are unchanged, so that the pages that follow an upload do not read the file
/// again. Bounded by size; the least recently used table is dropped first, and a table larger than the bound is not kept.
/// </summary>
/// <param name="mostBytes">A cell takes about 58 bytes, in large tables 10 to 20.</param>
sealed class KeptTables(long mostBytes)
{
    readonly Lock door = new();
    readonly LinkedList<(Stamp Stamp, TableReading Reading)> kept = [];

    /// <summary>Identifies the present content of a file and how it is read; a changed file has another stamp.</summary>
    public sealed record Stamp(string Path, long Bytes, DateTime WrittenUtc, string Options)
    {
        /// <exception cref="FileNotFoundException">There is no such file.</exception>
        public static Stamp Of(string path, TableReadOptions options)
        {
            var file = new FileInfo(path);
            return new(path, file.Length, file.LastWriteTimeUtc, JsonSerializer.Serialize(options, RunJson.Line));
        }
    }

    public TableReading? Find(Stamp stamp)
    {
        lock (door)
        {
            for (var at = kept.First; at is not null; at = at.Next)
            {
                if (at.Value.Stamp != stamp)
                    continue;
                kept.Remove(at);
                kept.AddFirst(at);
                return at.Value.Reading;
            }
            return null;
        }
    }

    public void Keep(Stamp stamp, TableReading reading)
    {
        lock (door)
        {
            Drop(stamp.Path);
            if (Bytes(reading) > mostBytes)
                return;
            kept.AddFirst((stamp, reading));
            while (kept.Sum(k => Bytes(k.Reading)) > mostBytes)
                kept.RemoveLast();
        }
    }

    /// <summary>Removes the table of a file that is deleted, or that is read in another way.</summary>
    public void Drop(string path)
    {
        lock (door)
        {
            for (var at = kept.First; at is not null; )
            {
                var next = at.Next;
                if (at.Value.Stamp.Path == path)
                    kept.Remove(at);
                at = next;
            }
        }
    }

    static long Bytes(TableReading reading) => reading.Table.Columns.Sum(c => c.Bytes);
}
