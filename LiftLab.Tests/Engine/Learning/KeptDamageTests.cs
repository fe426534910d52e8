using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Tests.Engine.Learning;

/// <summary>The messages of damaged files of kept models: our own words, one final stop.</summary>
public sealed class KeptDamageTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-kept-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Written()
    {
        var writer = new KeptWriter();
        writer.Put("numbers", Enumerable.Range(0, 500).Select(i => (double)i).ToArray());
        var file = Path.Combine(folder, "model");
        writer.Save(file, "knn");
        return file;
    }

    [Theory]
    [InlineData(40, "its compressed content cannot be read")]
    [InlineData(2, "it does not begin with the mark of a kept model")]
    public void A_changed_byte_is_damage_in_our_own_words(int at, string why)
    {
        var file = Written();
        var bytes = File.ReadAllBytes(file);
        for (var i = at; i < Math.Min(bytes.Length, at + 20); i++)
            bytes[i] ^= 0xFF;
        File.WriteAllBytes(file, bytes);
        var e = Assert.Throws<KeptModelException>(() => KeptReader.Open(file, "knn"));
        Assert.Equal("kept-damaged", e.Code);
        if (at == 2)
            Assert.EndsWith(why, e.What, StringComparison.Ordinal);
        Assert.DoesNotContain("..", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("archive", e.Message, StringComparison.Ordinal); // .NET's words
    }

    [Theory]
    [InlineData(4)]
    [InlineData(100)]
    public void A_file_that_is_cut_off_ends_too_early(int length)
    {
        var file = Written();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..length]);
        var e = Assert.Throws<KeptModelException>(() => KeptReader.Open(file, "knn"));
        Assert.EndsWith("is damaged: it ends too early", e.What, StringComparison.Ordinal);
    }
}
