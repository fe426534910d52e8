using System.IO.Compression;
using System.Text;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Files that are no delimited text are read, or named for what they are with what to do.</summary>
public sealed class FileKindTests
{
    [Theory]
    [InlineData("page.csv", "web page")]
    [InlineData("list.json.csv", "JSON")]
    [InlineData("pointer.csv", "Git LFS pointer")]
    public async Task A_case_is_named(string file, string what)
    {
        var bad = await Assert.ThrowsAsync<BadDataException>(() => TableReader.ReadAsync(CaseFile.At(file)));
        var problem = Assert.Single(bad.Problems);
        Assert.Equal("not-a-table", problem.Code);
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
        Assert.NotEmpty(problem.WhatToDo);
    }

    [Theory]
    [InlineData("<!-- saved -->\n<HTML><BODY>no</BODY></HTML>", "web page")]
    [InlineData("\n\n<table><tr><td>1</td></tr></table>", "web page")]
    [InlineData("<?xml version=\"1.0\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>", "XML Spreadsheet 2003")]
    [InlineData("<?xml version=\"1.0\"?><rows><row a=\"1\"/></rows>", "XML document")]
    [InlineData("{\"data\": [1,2,3],\n \"x\": 1}", "JSON")]
    [InlineData("[1.5, 2, 3]\n", "JSON")]
    [InlineData("{\"cells\": [], \"nbformat\": 4}", "Jupyter notebook")]
    [InlineData("1 1:0.5 2:3\n-1 1:2 3:4\n", "LIBSVM")]
    [InlineData("-- dump\nCREATE TABLE x (a int);\n", "SQL")]
    [InlineData("From: a@b.c\nSubject: table\n\nHello", "e-mail")]
    [InlineData("ARROW1\0\0", "Arrow")]
    [InlineData("SQLite format 3\0", "SQLite")]
    public async Task Texts_and_files_are_named(string content, string what) =>
        Assert.Contains(what, (await SomeTable.RefusedAsync(content)).Problems[0].What, StringComparison.Ordinal);

    [Theory]
    [InlineData("<a>,b\n1,x\n2,y\n", "<a>")]
    [InlineData("[a],b\n1,x\n2,y\n", "[a]")]
    [InlineData("{a},b\n1,x\n2,y\n", "{a}")]
    public async Task A_name_in_brackets_is_a_name(string text, string name) =>
        Assert.Equal(name, (await SomeTable.ReadAsync(text)).Table.Columns[0].Name);

    [Fact]
    public async Task A_given_delimiter_says_that_the_file_is_a_table() =>
        Assert.Equal(2, (await SomeTable.ReadAsync("[1, 2]\n[3, 4]\n", new() { Delimiter = ',', HasHeader = false })).Table.RowCount);

    [Fact]
    public async Task ARFF_is_read()
    {
        var reading = await TableReader.ReadAsync(CaseFile.At("play.arff"));
        Assert.Equal(["len", "colour", "good"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal((40, "arff"), (reading.Table.RowCount, reading.Format.Kind));
        Assert.Empty(reading.Problems);
        var quoted = await SomeTable.ReadAsync(
            "@RELATION x\n@ATTRIBUTE 'body mass' REAL\n@ATTRIBUTE kind {'a, b','it\\'s'}\n@DATA\n% note\n1.5,'a, b'\n?,'it\\'s'\n"
        );
        Assert.Equal(["1.5", ""], quoted.Table["body mass"].Cells);
        Assert.Equal(["a, b", "it's"], quoted.Table["kind"].Cells);
    }

    [Fact]
    public async Task JSON_lines_are_read()
    {
        var reading = await SomeTable.ReadAsync(
            "{\"a\": 1.5, \"b\": {\"c\": 2}, \"kind\": \"x\"}\n{\"kind\": \"y\", \"extra\": [1,2]}\nbroken\n{\"a\": null, \"kind\": \"x\"}\n"
        );
        Assert.Equal(["a", "b.c", "kind", "extra"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal(["1.5", "", ""], reading.Table["a"].Cells);
        Assert.Equal(["x", "y", "x"], reading.Table["kind"].Cells);
        Assert.Equal(("bad-json", 3), (reading.Problems[0].Code, reading.Problems[0].Row));
    }

    [Fact]
    public async Task Gzip_is_unpacked_within_limits()
    {
        var packed = Packed("a,b\n1,x\n2,y\n");
        var reading = await SomeTable.ReadAsync(packed, name: "small.csv.gz");
        Assert.Equal(("small", 2), (reading.Table.Name, reading.Table.RowCount));
        var bomb = Packed("a,b\n" + new string('1', 5_000_000));
        Assert.Equal("unpacks-too-large", (await SomeTable.RefusedAsync(bomb, new() { MaxUnpackedBytes = 1 << 20 })).Problems[0].Code);
        Assert.Equal("broken-archive", (await SomeTable.RefusedAsync(packed[..^6])).Problems[0].Code);
        Assert.Equal("broken-archive", (await SomeTable.RefusedAsync([0x1F, 0x8B, 8, 0, 1, 2, 3])).Problems[0].Code);

        static byte[] Packed(string text)
        {
            using var stream = new MemoryStream();
            using (var zip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
                zip.Write(Encoding.UTF8.GetBytes(text));
            return stream.ToArray();
        }
    }

    [Theory]
    [InlineData("word/document.xml", "Word document")]
    [InlineData("Index/Document.iwa", "Apple Numbers")]
    [InlineData("data/flowers.csv", "zip archive")]
    public async Task Archives_are_named_by_their_content(string entry, string what)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, true))
            Workbook.Put(zip, entry, "x");
        var problem = (await SomeTable.RefusedAsync(stream.ToArray())).Problems[0];
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
        Assert.Equal(entry.EndsWith("csv", StringComparison.Ordinal), problem.WhatToDo.Contains(entry, StringComparison.Ordinal));
    }
}
