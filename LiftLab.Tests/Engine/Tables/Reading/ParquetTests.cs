using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Parquet files of Arrow's C++ library in several packings, and small ones made here.</summary>
public sealed class ParquetTests
{
    static string Golden(string name) => GoldenFile.At("tables", name + ".parquet");

    [Theory]
    [InlineData("snappy")]
    [InlineData("zstd")]
    [InlineData("gzip")]
    [InlineData("brotli")]
    public async Task Every_type_is_read_in_every_packing(string name)
    {
        var reading = await TableReader.ReadAsync(Golden(name));
        var table = reading.Table;
        Assert.Equal(("parquet", 40), (reading.Format.Kind, table.RowCount));
        Assert.Equal(["0", "3", "6"], table["count"].Cells.Take(3));
        Assert.Equal(["0", "", "2"], table["grade"].Cells.Take(3));
        Assert.Equal("9223372036854775807", table["code"].Cells[0]);
        Assert.Equal(["0.1", "", ""], table["f"].Cells.Take(3)); // NaN, and an infinite number that is said
        Assert.Contains(reading.Problems, p => (p.Code, p.Column) == ("marks-among-numbers", "f"));
        Assert.Equal(["", "1.25"], table["size"].Cells.Take(2));
        Assert.Equal(["a, b", "süß \"x\"", "a, b", "süß \"x\"", "a, b", ""], table["name"].Cells.Take(6));
        Assert.Equal(["true", "false"], table["ok"].Cells.Take(2));
        Assert.Equal(["-3", "-1.875"], table["price"].Cells.Take(2).Select(Short));
        Assert.Equal(["0", "0.01", "0.02", ""], table["tax"].Cells.Take(4).Select(Short));
        Assert.Equal(["2024-05-01 10:20:30", ""], table["seen"].Cells.Take(2));
        Assert.Equal(["2024-02-28", "2024-02-29", "2024-03-01"], table["day"].Cells.Take(3));
        Assert.Equal([0, 0.5, 1], table["hour"].Numbers.Take(3));
        Assert.Equal(["0", "39"], [table["small"].Cells[0], table["small"].Cells[39]]);
        Assert.Equal("4294967295", table["u32"].Cells[0]);
        Assert.Equal("18446744073709551615", table["u64"].Cells[0]);
        Assert.Equal("00000027-0000-0000-0000-000000000000", table["key"].Cells[39]);
        // Cells of the second row group.
        Assert.Equal([true, false], [table.Columns.All(c => c.Cells.Count == 40), table["price"].IsMissing(39)]);
        Assert.Equal("40.875", Short(table["price"].Cells[39]));

        static string Short(string number) =>
            number.Length == 0 ? "" : decimal.Parse(number, CultureInfo.InvariantCulture).ToString("G29", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Kinds_come_from_the_file_and_from_pandas()
    {
        var reading = await TableReader.ReadAsync(Golden("snappy"));
        var schema = SchemaGuess.Guess(reading.Table);
        ColumnSchema Of(string name) => schema.Columns.Single(c => c.Name == name);
        Assert.Equal(ColumnKind.Date, Of("seen").Kind);
        Assert.Equal(ColumnKind.Date, Of("day").Kind);
        Assert.Equal(ColumnKind.Time, Of("hour").Kind);
        Assert.Equal(ColumnKind.Category, Of("part").Kind); // numbers, which pandas calls categorical
        Assert.Equal(ColumnRole.Ignored, Of("__index_level_0__").Role);
        var problem = Assert.Single(TableCheck.Problems(reading.Table, schema), p => p.Column == "__index_level_0__");
        Assert.Contains("pandas wrote it as the index", problem.What, StringComparison.Ordinal);
        Assert.NotEmpty(problem.Remedies);
    }

    [Fact]
    public async Task Nested_columns_are_named_and_left_out()
    {
        var problem = (await TableReader.ReadAsync(Golden("snappy"))).Problems.Single(p => p.Code == "nested-columns");
        Assert.Contains("'list' (a list)", problem.What, StringComparison.Ordinal);
        var bad = await Assert.ThrowsAsync<BadDataException>(() => TableReader.ReadAsync(Golden("nested")));
        Assert.Equal("nested-columns", bad.Problems[0].Code);
        Assert.Contains("'values' (a list), 'words' (a list)", bad.Problems[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_said() =>
        Assert.Contains((await TableReader.ReadAsync(Golden("snappy"))).Problems, p => (p.Code, p.Row, p.Column) == ("bad-byte", 4, "raw"));

    [Fact]
    public async Task Limits_hold()
    {
        var bytes = await ManyAsync(5_000);
        var capped = await SomeTable.ReadAsync(bytes, new() { MaxRows = 1_234 }, "many.parquet");
        Assert.Equal(1_234, capped.Table.RowCount);
        Assert.Contains(capped.Problems, p => p.Code == "rows-capped");
        Assert.Equal(5_000, (await SomeTable.ReadAsync(bytes)).Table.RowCount);
        Assert.Equal("too-many-columns", (await SomeTable.RefusedAsync(bytes, new() { MaxColumns = 1 })).Problems[0].Code);
        Assert.Equal("unpacks-too-large", (await SomeTable.RefusedAsync(bytes, new() { MaxUnpackedBytes = 1_000 })).Problems[0].Code);
        Assert.Equal("file-too-large", (await SomeTable.RefusedAsync(bytes, new() { MaxBytes = 1_000 })).Problems[0].Code);
    }

    [Fact]
    public async Task Damaged_and_empty_files_are_refused_in_words()
    {
        var bytes = await ManyAsync(50);
        foreach (var length in (int[])[4, 11, 40, bytes.Length - 1])
            Assert.Contains(
                "a part of it is missing",
                (await SomeTable.RefusedAsync(bytes[..length])).Problems[0].What,
                StringComparison.Ordinal
            );
        byte[] spoilt = [.. bytes];
        Array.Fill(spoilt, (byte)0xEE, 4, 60);
        Assert.Equal("broken-parquet", (await SomeTable.RefusedAsync(spoilt)).Problems[0].Code);
        Assert.Equal("no-rows", (await SomeTable.RefusedAsync(await ManyAsync(0))).Problems[0].Code);
        Assert.Contains("encrypted", (await SomeTable.RefusedAsync("PARExxxxxxxxxxxx")).Problems[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_can_be_asked_with_another_format()
    {
        var parquet = await TableReader.ReadAsync(Golden("snappy"));
        var csv = await SomeTable.ReadAsync("part,size\n1,2.5\n2,3.5\n", parquet.AsRead);
        Assert.Equal(ColumnKind.Category, csv.Table["part"].Told);
    }

    [Fact]
    public async Task Long_decimals_and_times_of_older_writers_are_read_exactly()
    {
        var schema = new ParquetSchema(
            new BigDecimalDataField("long", 38, 10),
            new DecimalDataField("short", 9, 2),
            new DateTimeDataField("old", DateTimeFormat.Impala),
            new DateTimeDataField("milli", DateTimeFormat.DateAndTime)
        );
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            using var group = writer.CreateRowGroup();
            BigDecimal Long(string digits) => new(System.Numerics.BigInteger.Parse(digits, CultureInfo.InvariantCulture), 38, 10);
            DateTime[] times = [new(2024, 5, 1, 10, 0, 0, DateTimeKind.Utc), new(1969, 12, 31, 23, 59, 59, DateTimeKind.Utc)];
            await group.WriteAsync<BigDecimal>(
                schema.DataFields[0],
                (BigDecimal[])[Long("12345678901234567890123456789012345678"), Long("-50000000000")]
            );
            await group.WriteAsync<decimal>(schema.DataFields[1], (decimal[])[1.25m, -3m]);
            await group.WriteAsync<DateTime>(schema.DataFields[2], times);
            await group.WriteAsync<DateTime>(schema.DataFields[3], times);
        }
        var table = (await SomeTable.ReadAsync(stream.ToArray())).Table;
        Assert.Equal(["1234567890123456789012345678.9012345678", "-5"], table["long"].Cells);
        Assert.Equal(["1.25", "-3"], table["short"].Cells);
        Assert.Equal(["2024-05-01 10:00:00", "1969-12-31 23:59:59"], table["old"].Cells);
        Assert.Equal(table["old"].Cells, table["milli"].Cells);
    }

    static async Task<byte[]> ManyAsync(int rows)
    {
        var schema = new ParquetSchema(new DataField<int>("count"), new DataField<string>("word"));
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<int>(schema.DataFields[0], Enumerable.Range(0, rows).ToArray());
            await group.WriteAsync(schema.DataFields[1], [.. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? "even" : "odd")]);
        }
        return stream.ToArray();
    }
}
