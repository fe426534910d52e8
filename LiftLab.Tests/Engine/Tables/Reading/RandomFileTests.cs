using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.RandomNumbers;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>For any bytes, reading returns a table that can be profiled, or refuses the file with reasons.</summary>
public sealed class RandomFileTests
{
    [Fact]
    public async Task Random_bytes_are_refused_or_read()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new NumpyRandom(seed);
            await TryAsync([.. Enumerable.Range(0, random.Integer(0, 3000)).Select(_ => (byte)random.Integer(0, 256))]);
        }
    }

    [Fact]
    public async Task Random_punctuation_is_refused_or_read()
    {
        const string alphabet = "\",;\t|\n\r 0123456789.-+eEabNA?\u00e9";
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new NumpyRandom(seed);
            var text = string.Concat(Enumerable.Range(0, random.Integer(0, 400)).Select(_ => alphabet[random.Integer(0, alphabet.Length)]));
            await TryAsync(System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    [Fact]
    public async Task Workbooks_with_flipped_bytes_are_refused_or_read()
    {
        var book = Workbook.Of(("Data", "A1:B3", Workbook.Row(1, "a", "b") + Workbook.Row(2, "1", "x") + Workbook.Row(3, "2", "y")));
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new NumpyRandom(seed);
            byte[] spoilt = [.. book];
            for (var i = random.Integer(1, 6); i > 0; i--)
                spoilt[random.Integer(0, spoilt.Length)] = (byte)random.Integer(0, 256);
            await TryAsync(spoilt);
        }
    }

    static async Task TryAsync(byte[] bytes)
    {
        try
        {
            var opened = OpenedTable.Of(await SomeTable.ReadAsync(bytes));
            Assert.True(opened.Table.RowCount > 0);
            Assert.Equal(opened.Table.Columns.Count, TableProfile.Of(opened.Table, opened.Schema).Columns.Count);
            var steps = opened.Problems.SelectMany(p => p.Remedies).Select(r => r.Step).OfType<TableStep>().ToArray();
            var mended = opened.With(SteppedTable.Of(opened.Table, [.. steps, new TrimBlanks(), new DropDuplicateRows()]));
            Assert.True(mended.Table.RowCount > 0);
        }
        catch (BadDataException bad)
        {
            Assert.NotEmpty(bad.Problems);
            Assert.All(bad.Problems, p => Assert.False(string.IsNullOrWhiteSpace(p.What) || string.IsNullOrWhiteSpace(p.WhatToDo)));
        }
    }
}
