using System.Diagnostics;
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
    /// <summary>Spoilt files of the test; the variable LIFTLAB_FUZZ raises it.</summary>
    static readonly int Files = int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_FUZZ"), out var n) ? n : 400;

    /// <summary>Seconds for a file of a few kilobytes, on a machine that does other work too.</summary>
    const int Patience = 20;

    [Fact]
    public async Task Spoilt_files_of_every_format_are_refused_or_read_soon()
    {
        var (read, refused) = (0, 0);
        for (var seed = 0; seed < Files; seed++)
        {
            var bytes = SpoiltFiles.Draw(new Random(seed));
            var watch = Stopwatch.StartNew();
            try
            {
                if (await TryAsync(bytes))
                    read++;
                else
                    refused++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"file {seed}: {e}");
            }
            Assert.True(watch.Elapsed.TotalSeconds < Patience, $"file {seed} took {watch.Elapsed}");
        }
        Assert.True(read > Files / 20, $"{read} read"); // else the test does not reach the readers
        Assert.True(refused > Files / 20, $"{refused} refused");
    }

    [Fact]
    public async Task Many_blanks_before_a_text_do_not_delay_it() =>
        await TryAsync(System.Text.Encoding.UTF8.GetBytes(new string('\f', 34) + "`}\n@ATTRIBUTE c "));

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

    /// <returns>Whether it was read.</returns>
    static async Task<bool> TryAsync(byte[] bytes)
    {
        try
        {
            var opened = OpenedTable.Of(await SomeTable.ReadAsync(bytes));
            Assert.True(opened.Table.RowCount > 0);
            Assert.Equal(opened.Table.Columns.Count, TableProfile.Of(opened.Table, opened.Schema).Columns.Count);
            var steps = opened.Problems.SelectMany(p => p.Remedies).Select(r => r.Step).OfType<TableStep>().ToArray();
            var mended = opened.With(SteppedTable.Of(opened.Table, [.. steps, new TrimBlanks(), new DropDuplicateRows()]));
            Assert.True(mended.Table.RowCount > 0);
            return true;
        }
        catch (BadDataException bad)
        {
            Assert.NotEmpty(bad.Problems);
            Assert.All(bad.Problems, p => Assert.False(string.IsNullOrWhiteSpace(p.What) || string.IsNullOrWhiteSpace(p.WhatToDo)));
            Assert.DoesNotContain(bad.Problems, p => p.Code == "too-slow");
            return false;
        }
    }
}
