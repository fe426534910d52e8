using System.IO.Compression;
using LiftLab.Tests.House;

namespace LiftLab.Tests;

/// <summary>Reference values that other programs computed; how each was made is told in Goldens/README.md.</summary>
static class GoldenFile
{
    public static string At(params string[] path) => Path.Combine([Sources.Root, "LiftLab.Tests", "Goldens", .. path]);

    /// <summary>The text of a file packed with gzip.</summary>
    public static string Unpacked(params string[] path)
    {
        using var packed = new GZipStream(File.OpenRead(At(path)), CompressionMode.Decompress);
        return new StreamReader(packed).ReadToEnd();
    }
}
