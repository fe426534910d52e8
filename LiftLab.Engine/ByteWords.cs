using System.Globalization;

namespace LiftLab.Engine;

/// <summary>
/// Bytes in words, the same in logs, messages and pages: a KB is 2^10 bytes, a MB 2^20, a GB 2^30. It stands outside the rooms, since
/// every one of them tells a person how large something is.
/// </summary>
public static class ByteWords
{
    /// <summary>"512 KB", "37 MB", "13.1 GB".</summary>
    public static string Of(long bytes) =>
        bytes switch
        {
            < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KB"),
            < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GB"),
        };
}
