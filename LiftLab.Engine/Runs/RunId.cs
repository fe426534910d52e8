using System.Globalization;
using System.Security.Cryptography;

namespace LiftLab.Engine.Runs;

/// <summary>Run ids: date, time (UTC) and four random letters, so that ids sort by age.</summary>
public static class RunId
{
    const string Letters = "abcdefghjkmnpqrstuvwxyz";

    public static string New(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + RandomNumberGenerator.GetString(Letters, 4);

    /// <summary>
    /// Whether a text is a plain name: letters, digits, '-', '_' and '.', no dot first, at most 100. Other texts could point outside the
    /// folder of runs.
    /// </summary>
    public static bool IsSafe(string? id) =>
        id is { Length: > 0 and <= 100 } && id[0] != '.' && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
