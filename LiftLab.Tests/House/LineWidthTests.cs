namespace LiftLab.Tests.House;

/// <summary>
/// CSharpier breaks C# lines at 140 columns where it can. These tests check the other sources, and the C# lines that it cannot break.
/// </summary>
public sealed class LineWidthTests
{
    const int Widest = 140;

    static IEnumerable<string> TooWide(IEnumerable<string> files, Func<string, bool> counts) =>
        from file in files
        from line in Sources.Read(file).Split('\n').Select((text, i) => (Text: text, Number: i + 1))
        where line.Text.Length > Widest && counts(line.Text.TrimStart())
        select $"{file}:{line.Number}: {line.Text.Length} columns";

    [Fact]
    public void Pages_styles_and_scripts_are_at_most_140_columns_wide() =>
        Assert.Empty(TooWide(Sources.Files("LiftLab.Web", ".razor", ".css", ".js"), _ => true));

    /// <summary>A string literal or interpolation that would have to be split may be wider.</summary>
    [Fact]
    public void Wide_lines_of_code_are_literals()
    {
        string[] files =
        [
            .. Sources.Files("LiftLab.Engine", ".cs"),
            .. Sources.Files("LiftLab.Web", ".cs"),
            .. Sources.Files("LiftLab.Tests", ".cs"),
        ];
        Assert.Empty(TooWide(files, line => !line.Contains('"')));
    }
}
