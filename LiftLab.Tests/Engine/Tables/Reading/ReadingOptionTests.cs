namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>The options of the command line that overrule how a file is read.</summary>
public sealed class ReadingOptionTests
{
    [Theory]
    [InlineData("three-sheets.xlsx --sheet Clean", "60 rows, 3 columns, sheet 'Clean'")]
    [InlineData("three-sheets.xlsx --sheet 2", "90 rows, 7 columns, sheet 'Loans 2024'")]
    [InlineData("comments.csv --delimiter comma --skip 2 --header 1", "40 rows, 3 columns")]
    [InlineData("footnotes.csv --every-row", "33 rows, 3 columns")]
    [InlineData("merged-header.xlsx --header 2", "2 header rows")]
    [InlineData("one-bad-byte.csv --encoding latin1", "iso-8859-1")]
    [InlineData("blanks.txt --delimiter blanks", "delimiter blanks")]
    [InlineData("comments.csv --comment #", "lines begin with '#' and were left out as comments, as chosen")]
    public async Task A_profile_says_what_was_read(string line, string says)
    {
        var words = line.Split(' ', 2);
        var (_, output, _) = await CommandLine.RunAsync(["profile", CaseFile.At(words[0]), .. words[1].Split(' ')]);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--header 12")]
    [InlineData("--skip -1")]
    [InlineData("--delimiter commas")]
    public async Task A_value_out_of_range_is_wrong_usage(string option)
    {
        var (exit, _, error) = await CommandLine.RunAsync(["profile", CaseFile.At("comments.csv"), .. option.Split(' ')]);
        Assert.Equal(2, exit);
        Assert.Contains(option.Split(' ')[0], error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lift")]
    [InlineData("predict")]
    [InlineData("prompts")]
    [InlineData("profile")]
    [InlineData("baselines")]
    public async Task Every_verb_that_reads_a_table_takes_a_sheet(string verb)
    {
        var (_, output, _) = await CommandLine.RunAsync(verb, "--help");
        foreach (var option in (string[])["--sheet", "--delimiter", "--header", "--skip", "--comment", "--every-row"])
            Assert.Contains(option, output, StringComparison.Ordinal);
    }
}
