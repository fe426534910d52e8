using System.Globalization;

namespace LiftLab.Engine.Tables;

/// <summary>Names in a message, each in quotes: 'length, mm', 'mass' and 3 more.</summary>
public static class QuotedNames
{
    /// <param name="most">Maximum number of names that are listed.</param>
    public static string Of(IEnumerable<string> names, int most = 40)
    {
        string[] all = [.. names];
        var listed = string.Join(", ", all.Take(most).Select(n => $"'{n}'"));
        return all.Length <= most ? listed : string.Create(CultureInfo.InvariantCulture, $"{listed} and {all.Length - most} more");
    }
}
