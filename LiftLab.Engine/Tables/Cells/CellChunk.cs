using System.Buffers.Binary;
using System.Text;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>The packed cells of up to 65,536 rows: codes of shared texts, or the texts one after the other.</summary>
abstract class CellChunk
{
    public const int Rows = 1 << 16;

    /// <summary>Size in bytes; shared texts are not counted.</summary>
    public abstract long Bytes { get; }

    public abstract string Text(int row);

    public abstract int Length(int row);

    /// <summary>The characters of a cell; those that have to be widened are written to <paramref name="room"/>.</summary>
    /// <param name="room">Enlarged where it is too small.</param>
    public abstract ReadOnlySpan<char> Characters(int row, ref char[] room);

    /// <param name="texts">The shared texts by code.</param>
    public static CellChunk OfCodes(ReadOnlySpan<int> codes, List<string> texts)
    {
        var bytes =
            texts.Count <= 1 << 8 ? 1
            : texts.Count <= 1 << 16 ? 2
            : 4;
        var packed = new byte[bytes * codes.Length];
        for (var i = 0; i < codes.Length; i++)
        for (var k = 0; k < bytes; k++)
            packed[bytes * i + k] = (byte)(codes[i] >> (8 * k));
        return new Coded(packed, bytes, texts);
    }

    /// <param name="ends">Where each cell ends in <paramref name="characters"/>.</param>
    public static CellChunk OfTexts(ReadOnlySpan<char> characters, ReadOnlySpan<int> ends)
    {
        if (characters.ContainsAnyExceptInRange('\0', '\u00FF'))
            return new Wide(characters.ToArray(), ends.ToArray());
        var bytes = new byte[characters.Length];
        Encoding.Latin1.GetBytes(characters, bytes);
        return new Narrowed(bytes, ends.ToArray());
    }

    /// <param name="codes">Little-endian.</param>
    /// <param name="width">Bytes of a code.</param>
    sealed class Coded(byte[] codes, int width, List<string> texts) : CellChunk
    {
        public override long Bytes => codes.Length;

        public override string Text(int row) =>
            texts[
                width switch
                {
                    1 => codes[row],
                    2 => BinaryPrimitives.ReadUInt16LittleEndian(codes.AsSpan(2 * row)),
                    _ => BinaryPrimitives.ReadInt32LittleEndian(codes.AsSpan(4 * row)),
                }
            ];

        public override int Length(int row) => Text(row).Length;

        public override ReadOnlySpan<char> Characters(int row, ref char[] room) => Text(row);
    }

    sealed class Narrowed(byte[] bytes, int[] ends) : CellChunk
    {
        public override long Bytes => bytes.Length + 4L * ends.Length;

        ReadOnlySpan<byte> At(int row) => bytes.AsSpan(row == 0 ? 0 : ends[row - 1], Length(row));

        public override string Text(int row) => Length(row) == 0 ? "" : Encoding.Latin1.GetString(At(row));

        public override int Length(int row) => ends[row] - (row == 0 ? 0 : ends[row - 1]);

        public override ReadOnlySpan<char> Characters(int row, ref char[] room)
        {
            var cell = At(row);
            if (room.Length < cell.Length)
                room = new char[2 * cell.Length];
            return room.AsSpan(0, Encoding.Latin1.GetChars(cell, room));
        }
    }

    sealed class Wide(char[] characters, int[] ends) : CellChunk
    {
        public override long Bytes => 2L * characters.Length + 4L * ends.Length;

        public override string Text(int row) => Length(row) == 0 ? "" : new(Characters(row));

        public override int Length(int row) => ends[row] - (row == 0 ? 0 : ends[row - 1]);

        public override ReadOnlySpan<char> Characters(int row, ref char[] room) => Characters(row);

        ReadOnlySpan<char> Characters(int row) => characters.AsSpan(row == 0 ? 0 : ends[row - 1], Length(row));
    }
}
