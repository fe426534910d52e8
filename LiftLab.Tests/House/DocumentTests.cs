using System.Text.RegularExpressions;

namespace LiftLab.Tests.House;

/// <summary>Links in documents lead to existing files, and the indexes of decisions and studies are complete.</summary>
public sealed class DocumentTests
{
    /// <summary>Maximum number of words of a record: about three quarters of a printed page. A record should need half a page.</summary>
    const int LongestRecord = 450;

    static readonly string[] Documents =
    [
        "README.md",
        "CONTRIBUTING.md",
        .. In("docs", SearchOption.AllDirectories),
        .. In("data/models", SearchOption.AllDirectories),
    ];

    static IEnumerable<string> In(string folder, SearchOption depth = SearchOption.TopDirectoryOnly) =>
        Directory
            .EnumerateFiles(Path.Combine(Sources.Root, folder), "*.md", depth)
            .Select(f => Path.GetRelativePath(Sources.Root, f).Replace('\\', '/'));

    [Fact]
    public void Every_link_between_documents_leads_to_a_file()
    {
        var links =
            from document in Documents
            from Match link in Regex.Matches(Sources.Read(document), @"\]\((?!https?:)([^)#\s]+)")
            select (document, Target: Path.Combine(Sources.Root, Path.GetDirectoryName(document)!, link.Groups[1].Value));
        Assert.NotEmpty(links);
        Assert.DoesNotContain(links, l => !Path.Exists(l.Target));
    }

    [Theory]
    [InlineData("docs/decisions")]
    [InlineData("docs/studies")]
    public void The_index_of_a_folder_names_each_of_its_documents(string folder)
    {
        var index = Sources.Read($"{folder}/README.md");
        var files = In(folder).Select(f => Path.GetFileName(f)).Where(f => f != "README.md").ToArray();
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, f => !index.Contains($"]({f})", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_has_a_number_of_its_own_its_parts_and_half_a_page()
    {
        var records = In("docs/decisions").Where(f => !f.EndsWith("/README.md", StringComparison.Ordinal)).ToArray();
        Assert.Equal(records.Length, records.Select(f => Path.GetFileName(f)[..3]).Distinct().Count());
        foreach (var record in records)
        {
            var text = Sources.Read(record);
            Assert.StartsWith($"# {Path.GetFileName(record)[..3]} ", text, StringComparison.Ordinal);
            Assert.All(
                (string[])["**Context.**", "**Decision", "**Why.**", "**Easier.**", "**Harder.**"],
                part => Assert.True(text.Contains(part, StringComparison.Ordinal), $"{record} lacks {part}")
            );
            var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            Assert.True(words <= LongestRecord, $"{record} has {words} words: move measurements to docs/studies");
        }
    }
}
