using LiftLab.Engine;
using LiftLab.Tests.House;
using LiftLab.Web.Parts;

namespace LiftLab.Tests.Engine;

public sealed class ByteWordsTests
{
    [Theory]
    [InlineData(0, "0 KB")]
    [InlineData(2_048, "2 KB")]
    [InlineData(1_048_575, "1024 KB")]
    [InlineData(1_048_576, "1 MB")]
    [InlineData(1_000_000_000, "954 MB")]
    [InlineData(1_073_741_824, "1.0 GB")]
    [InlineData(24_219_000_000, "22.6 GB")]
    public void Units_are_powers_of_1024_on_pages_as_everywhere(long bytes, string words) =>
        Assert.Equal((words, words), (ByteWords.Of(bytes), Display.Bytes(bytes)));

    [Fact]
    public void Nothing_else_writes_a_unit_behind_a_number_of_bytes() =>
        Assert.DoesNotContain(
            Sources.Files("LiftLab.Engine", ".cs").Concat(Sources.Files("LiftLab.Web", ".cs", ".razor")),
            f =>
                Path.GetFileName(f) != "ByteWords.cs"
                && System.Text.RegularExpressions.Regex.IsMatch(Sources.Read(f), @"\{[^{}""]*\}\s*(k|K|M|G)i?B\b")
        );
}
