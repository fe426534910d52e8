using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Experiments;

/// <summary>A hash of a table's names and cells: equal for equal tables, whatever file they came from.</summary>
public static class TableKey
{
    public static string Of(Table table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var column in table.Columns)
        foreach (var text in column.Cells.Prepend(column.Name))
        {
            // Lengths between the texts, so that moving a letter from one cell to the next changes the hash.
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
        BinaryPrimitives.WriteInt32LittleEndian(length, table.RowCount);
        hash.AppendData(length);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
