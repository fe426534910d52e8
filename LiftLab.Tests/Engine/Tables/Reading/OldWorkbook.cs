using System.Text;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Hand-written XLS files: a compound file with one stream of BIFF5 records, one sheet of numbers and texts.</summary>
static class OldWorkbook
{
    const int Sector = 512;

    public static byte[] Of(string sheet, params string[][] rows)
    {
        byte[] sheetRecords =
        [
            .. Record(0x0809, [0x00, 0x05, 0x10, 0x00, 0, 0, 0, 0]),
            .. Dimensions(rows),
            .. rows.SelectMany((row, r) => row.SelectMany((cell, c) => Cell(r, c, cell))),
            .. Record(0x000A),
        ];
        byte[] name = [(byte)sheet.Length, .. Encoding.ASCII.GetBytes(sheet)];
        byte[] globals = [.. Record(0x0809, [0x00, 0x05, 0x05, 0x00, 0, 0, 0, 0]), .. Record(0x0042, [0xE4, 0x04])];
        var offset = globals.Length + 4 + 6 + name.Length + 4;
        return Compound([
            .. globals,
            .. Record(0x0085, [.. BitConverter.GetBytes(offset), 0, 0, .. name]),
            .. Record(0x000A),
            .. sheetRecords,
        ]);
    }

    static byte[] Dimensions(string[][] rows) =>
        Record(
            0x0200,
            [0, 0, .. BitConverter.GetBytes((ushort)rows.Length), 0, 0, .. BitConverter.GetBytes((ushort)rows.Max(r => r.Length)), 0, 0]
        );

    static byte[] Cell(int row, int column, string cell)
    {
        byte[] place = [.. BitConverter.GetBytes((ushort)row), .. BitConverter.GetBytes((ushort)column), 0, 0];
        return cell.Length == 0 ? []
            : double.TryParse(
                cell,
                System.Globalization.NumberStyles.Float,
                System.Globalization.CultureInfo.InvariantCulture,
                out var number
            )
                ? Record(0x0203, [.. place, .. BitConverter.GetBytes(number)])
            : Record(0x0204, [.. place, .. BitConverter.GetBytes((ushort)cell.Length), .. Encoding.Latin1.GetBytes(cell)]);
    }

    static byte[] Record(ushort id, params byte[] body) =>
        [.. BitConverter.GetBytes(id), .. BitConverter.GetBytes((ushort)body.Length), .. body];

    /// <summary>
    /// Header, one sector of the allocation table, one of the directory, then the stream (padded beyond the maximum size of a mini stream).
    /// </summary>
    static byte[] Compound(byte[] stream)
    {
        var sectors = Math.Max(8, (stream.Length + Sector - 1) / Sector);
        var file = new byte[Sector * (3 + sectors)];
        byte[] header = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        header.CopyTo(file, 0);
        Put16(24, 0x3E);
        Put16(26, 3);
        Put16(28, 0xFFFE);
        Put16(30, 9);
        Put16(32, 6);
        Put32(44, 1);
        Put32(48, 1);
        Put32(56, 4096);
        Put32(60, -2);
        Put32(68, -2);
        Put32(76, 0);
        for (var i = 80; i < Sector; i += 4)
            Put32(i, -1);
        for (var i = 0; i < Sector / 4; i++)
            Put32(
                Sector + 4 * i,
                i == 0 ? -3
                    : i == 1 ? -2
                    : i < sectors + 1 ? i + 1
                    : i == sectors + 1 ? -2
                    : -1
            );
        Entry(0, "Root Entry", type: 5, child: 1, start: -2, size: 0);
        Entry(1, "Book", type: 2, child: -1, start: 2, size: sectors * Sector);
        stream.CopyTo(file, 3 * Sector);
        return file;

        void Put16(int at, int value) => BitConverter.GetBytes((ushort)value).CopyTo(file, at);
        void Put32(int at, int value) => BitConverter.GetBytes(value).CopyTo(file, at);
        void Entry(int index, string name, byte type, int child, int start, int size)
        {
            var at = 2 * Sector + 128 * index;
            Encoding.Unicode.GetBytes(name).CopyTo(file, at);
            Put16(at + 64, 2 * (name.Length + 1));
            file[at + 66] = type;
            file[at + 67] = 1;
            Put32(at + 68, -1);
            Put32(at + 72, -1);
            Put32(at + 76, child);
            Put32(at + 116, start);
            Put32(at + 120, size);
        }
    }
}
