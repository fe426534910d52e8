using System.Collections;
using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace LiftLab.Engine.Tables.Reading.Formats.Parquet;

/// <summary>
/// The cells of one column of a row group, as texts in invariant notation. The span of a cell is valid until the next one.
/// </summary>
abstract class ParquetCells
{
    public abstract ReadOnlySpan<char> this[int row] { get; }

    /// <summary>Reads a column of a row group.</summary>
    /// <param name="take">Number of rows that are kept.</param>
    /// <returns>Null where the type of the column is not read.</returns>
    public static async Task<ParquetCells?> ReadAsync(ParquetRowGroupReader group, DataField field, int take, CancellationToken cancel)
    {
        var type = field.ClrType;
        if (type == typeof(ReadOnlyMemory<char>) || type == typeof(string))
        {
            var texts = new string?[group.RowCount];
            await group.ReadAsync(field, texts.AsMemory(), cancellationToken: cancel);
            return new Texts(texts, take);
        }
        if (type == typeof(ReadOnlyMemory<byte>) || type == typeof(byte[]))
        {
            var bytes = new byte[]?[group.RowCount];
            await group.ReadAsync(field, bytes.AsMemory(), cancellationToken: cancel);
            return new Texts([.. bytes.Take(take).Select(b => b is null ? null : Encoding.UTF8.GetString(b))], take);
        }
        if (field is TimeDataField time)
            return type == typeof(int)
                ? await Of<int>((value, to) => Time(value, time.Precision, to))
                : await Of<long>((value, to) => Time(value, time.Precision, to));
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => await Of<bool>((value, to) => Put(value ? "true" : "false", to)),
            TypeCode.SByte => await Formatted<sbyte>(),
            TypeCode.Byte => await Formatted<byte>(),
            TypeCode.Int16 => await Formatted<short>(),
            TypeCode.UInt16 => await Formatted<ushort>(),
            TypeCode.Int32 => await Formatted<int>(),
            TypeCode.UInt32 => await Formatted<uint>(),
            TypeCode.Int64 => await Formatted<long>(),
            TypeCode.UInt64 => await Formatted<ulong>(),
            TypeCode.Decimal => await Formatted<decimal>(),
            TypeCode.Single => await Of<float>((value, to) => Real(value, value, to)),
            TypeCode.Double => await Of<double>((value, to) => Real(value, value, to)),
            TypeCode.DateTime => await Of<DateTime>(
                (value, to) =>
                    Put(value, to, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.FFFFFFF")
            ),
            _ when type == typeof(BigDecimal) => await Of<BigDecimal>((value, to) => Put(Trimmed(value.ToString()), to)),
            _ when type == typeof(DateOnly) => await Of<DateOnly>((value, to) => Put(value, to, "yyyy-MM-dd")),
            _ when type == typeof(Guid) => await Of<Guid>((value, to) => Put(value, to, "D")),
            _ => null,
        };

        Task<ParquetCells> Formatted<TCell>()
            where TCell : struct, ISpanFormattable => Of<TCell>((value, to) => Put(value, to, null));

        async Task<ParquetCells> Of<TCell>(Func<TCell, char[], int> write)
            where TCell : struct
        {
            BitArray? missing = null;
            var values = new TCell[group.RowCount];
            if (field.IsNullable)
            {
                var nullable = new TCell?[group.RowCount];
                await group.ReadAsync(field, nullable.AsMemory(), cancellationToken: cancel);
                missing = new(take);
                for (var i = 0; i < take; i++)
                    (values[i], missing[i]) = (nullable[i].GetValueOrDefault(), nullable[i] is null);
            }
            else
                await group.ReadAsync(field, values.AsMemory(), cancellationToken: cancel);
            return new Values<TCell>(take < values.Length ? values[..take] : values, missing, write);
        }
    }

    /// <summary>Without zeros at the end of the fraction, as other decimals are written.</summary>
    static string Trimmed(string number) => number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;

    static int Put(string text, char[] to)
    {
        text.CopyTo(to);
        return text.Length;
    }

    static int Put<TCell>(TCell value, char[] to, string? format)
        where TCell : ISpanFormattable => value.TryFormat(to, out var written, format, CultureInfo.InvariantCulture) ? written : 0;

    /// <summary>NaN is a missing value, as in pandas.</summary>
    static int Real<TCell>(double value, TCell exact, char[] to)
        where TCell : ISpanFormattable =>
        double.IsNaN(value) ? 0
        : double.IsPositiveInfinity(value) ? Put("inf", to)
        : double.IsNegativeInfinity(value) ? Put("-inf", to)
        : Put(exact, to, "R");

    static int Time(long value, TimeUnitPrecision precision, char[] to)
    {
        var ticks = precision switch
        {
            TimeUnitPrecision.Millis => value * TimeSpan.TicksPerMillisecond,
            TimeUnitPrecision.Micros => value * TimeSpan.TicksPerMicrosecond,
            _ => value / TimeSpan.NanosecondsPerTick,
        };
        return ticks is < 0 or >= TimeSpan.TicksPerDay
            ? 0
            : Put(new TimeOnly(ticks), to, ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.FFFFFFF");
    }

    sealed class Texts(string?[] texts, int take) : ParquetCells
    {
        readonly string?[] texts = take < texts.Length ? texts[..take] : texts;

        public override ReadOnlySpan<char> this[int row] => texts[row];
    }

    sealed class Values<TCell>(TCell[] values, BitArray? missing, Func<TCell, char[], int> write) : ParquetCells
        where TCell : struct
    {
        readonly char[] buffer = new char[128];

        public override ReadOnlySpan<char> this[int row] =>
            missing is not null && missing[row] ? default : buffer.AsSpan(0, write(values[row], buffer));
    }
}
