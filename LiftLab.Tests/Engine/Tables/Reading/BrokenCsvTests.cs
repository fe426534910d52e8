using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Malformed files: each fault is reported with its place, and the usable rows are read.</summary>
public sealed class BrokenCsvTests
{
    [Fact]
    public async Task An_unclosed_quote_is_an_error_at_its_row_and_the_rows_before_are_kept()
    {
        var reading = await SomeTable.ReadAsync("a,b\n1,x\n2,\"y\n3,z\n4,w\n");
        Assert.Equal(["1"], reading.Table["a"].Cells);
        var problem = reading.Problems[0];
        Assert.Equal((Severity.Error, "unclosed-quote", 2), (problem.Severity, problem.Code, problem.Row));
        Assert.Contains("cell 2", problem.What, StringComparison.Ordinal);
        Assert.NotEqual("", problem.WhatToDo);
    }

    [Fact]
    public async Task An_unclosed_quote_in_the_header_leaves_nothing()
    {
        var bad = await SomeTable.RefusedAsync("a,\"b\n1,2\n3,4\n");
        Assert.Contains(bad.Problems, p => p.Code == "unclosed-quote");
    }

    [Fact]
    public async Task Text_after_a_closing_quote_is_a_warning_and_the_cell_is_kept()
    {
        var reading = await SomeTable.ReadAsync("a,b\n1,\"x\"y\n2,z\n3,\"u\"v\n");
        Assert.Equal(["xy", "z", "uv"], reading.Table["b"].Cells);
        Assert.Equal([1, 3], reading.Problems.Where(p => p.Code == "text-after-quote").Select(p => p.Row!.Value));
        Assert.DoesNotContain(reading.Problems, p => p.Severity == Severity.Error);
    }

    [Fact]
    public async Task A_quote_inside_a_cell_is_text() =>
        Assert.Equal(["5\" pipe", "x"], (await SomeTable.ReadAsync("a,b\n5\" pipe,1\nx,2\n")).Table["a"].Cells);

    [Fact]
    public async Task Short_rows_are_filled_and_long_rows_left_out_each_with_its_row()
    {
        var rows = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},x,1\n"));
        var reading = await SomeTable.ReadAsync("a,b,c\n1,x\n2,y,3,extra\n3,z,4,\n" + rows);
        Assert.Equal(32, reading.Table.RowCount);
        Assert.Equal(["", "4"], reading.Table["c"].Cells.Take(2));
        Assert.Equal(("short-row", 1), Place(reading, "short-row"));
        Assert.Equal(("long-row", 2), Place(reading, "long-row"));

        static (string, int?) Place(TableReading reading, string code)
        {
            var problem = Assert.Single(reading.Problems, p => p.Code == code);
            return (problem.Code, problem.Row);
        }
    }

    [Fact]
    public async Task Many_long_rows_are_an_error()
    {
        var reading = await SomeTable.ReadAsync(
            "a,b\n1,2\n" + string.Concat(Enumerable.Repeat("1,2,3\n2,3\n", 20)),
            new() { Delimiter = ',' }
        );
        Assert.Contains(reading.Problems, p => p is { Code: "ragged", Severity: Severity.Error });
    }

    [Fact]
    public async Task A_thousand_equal_complaints_are_few()
    {
        var reading = await SomeTable.ReadAsync("a,b,c\n1,2,3\n" + string.Concat(Enumerable.Repeat("1,2\n", 1000)));
        Assert.Equal(1001, reading.Table.RowCount);
        Assert.Equal(11, reading.Problems.Count(p => p.Code == "short-row"));
        Assert.Contains(reading.Problems, p => p.What.Contains("990 more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_that_are_empty_or_double_are_made_usable()
    {
        var reading = await SomeTable.ReadAsync("a,a,,a\n1,2,3,4\n5,6,7,8\n");
        Assert.Equal(["a", "a (2)", "column 3", "a (3)"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal(["duplicate-name", "empty-name", "duplicate-name"], reading.Problems.Select(p => p.Code));
    }

    [Theory]
    [InlineData("", "empty-file")]
    [InlineData("\n\n\n", "no-rows")]
    [InlineData("a,b,c\n", "no-rows")]
    [InlineData(",,,\n,,,\n", "no-rows")]
    public async Task Files_without_rows_are_refused(string text, string code)
    {
        var bad = await SomeTable.RefusedAsync(text);
        Assert.Equal((code, Severity.Error), (bad.Problems[0].Code, bad.Problems[0].Severity));
    }

    [Fact]
    public async Task One_column_is_a_table()
    {
        var reading = await SomeTable.ReadAsync("size\n1\n2\n3\n");
        Assert.Equal(("size", 3), (Assert.Single(reading.Table.Columns).Name, reading.Table.RowCount));
    }

    [Theory]
    [InlineData("%PDF-1.7 and so on", "PDF")]
    [InlineData("<!DOCTYPE html><html></html>", "web page")]
    [InlineData("a,b\n\0\0\0\u0001\u0002,2\n", "not text")]
    public async Task Other_kinds_of_file_are_named(string content, string what)
    {
        var bad = await SomeTable.RefusedAsync(content);
        Assert.Equal("not-a-table", bad.Problems[0].Code);
        Assert.Contains(what, bad.Problems[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_and_a_folder_are_refused_in_words()
    {
        Assert.Equal(
            "no-such-file",
            (await Assert.ThrowsAsync<BadDataException>(() => TableReader.ReadAsync("/no/such.csv"))).Problems[0].Code
        );
        Assert.Equal(
            "not-a-file",
            (await Assert.ThrowsAsync<BadDataException>(() => TableReader.ReadAsync(Path.GetTempPath()))).Problems[0].Code
        );
    }

    [Fact]
    public async Task Limits_are_kept_and_said()
    {
        const string text = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n";
        Assert.Equal("file-too-large", (await SomeTable.RefusedAsync(text, new() { MaxBytes = 10 })).Problems[0].Code);
        Assert.Equal("too-many-columns", (await SomeTable.RefusedAsync(text, new() { MaxColumns = 2 })).Problems[0].Code);
        foreach (var options in (TableReadOptions[])[new() { MaxRows = 2 }, new() { MaxCells = 6 }])
        {
            var capped = await SomeTable.ReadAsync(text, options);
            Assert.Equal((2, "rows-capped"), (capped.Table.RowCount, Assert.Single(capped.Problems).Code));
        }
        Assert.Empty(
            (
                await SomeTable.ReadAsync(
                    text,
                    new()
                    {
                        MaxRows = 3,
                        MaxColumns = 3,
                        MaxBytes = text.Length,
                        MaxCells = 9,
                    }
                )
            ).Problems
        );
    }

    [Fact]
    public async Task A_stream_that_does_not_know_its_length_is_limited_too()
    {
        using var endless = new EndlessStream();
        var bad = await Assert.ThrowsAsync<BadDataException>(() =>
            TableReader.ReadAsync(endless, "endless.csv", new() { MaxBytes = 1 << 20 })
        );
        Assert.Equal("file-too-large", bad.Problems[0].Code);
        Assert.InRange(endless.Given, 1 << 20, 2 << 20);
    }

    sealed class EndlessStream : Stream
    {
        public long Given { get; private set; }
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)'1', offset, count);
            Given += count;
            return count;
        }
    }
}
