namespace LiftLab.Tests.House;

public sealed class CaseFileTests
{
    [Fact]
    public void Every_input_that_goes_wrong_is_named_by_a_test()
    {
        var root = CaseFile.At();
        var cases = Directory
            .EnumerateFileSystemEntries(root)
            .Concat(Directory.EnumerateDirectories(Path.Combine(root, "models")))
            .Select(c => Path.GetFileName(c))
            .Where(c => c is not ("README.md" or "models"))
            .ToArray();
        Assert.True(cases.Length > 40, $"{cases.Length} inputs");
        var tests = string.Concat(Sources.Files("LiftLab.Tests", ".cs").Select(Sources.Read));
        Assert.All(cases, c => Assert.Contains(c, tests, StringComparison.Ordinal));
    }
}
