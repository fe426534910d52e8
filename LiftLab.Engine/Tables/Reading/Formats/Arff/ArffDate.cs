using System.Text;

namespace LiftLab.Engine.Tables.Reading.Formats.Arff;

/// <summary>Formats of dates in ARFF files, which are those of Java's SimpleDateFormat.</summary>
static class ArffDate
{
    /// <summary>The format where an attribute gives none.</summary>
    public const string Standard = "yyyy-MM-dd'T'HH:mm:ss";

    /// <summary>The same format in the notation of .NET.</summary>
    /// <returns>Null where it has a part that .NET does not have (week of the year, name of the time zone).</returns>
    public static string? Format(string java)
    {
        var net = new StringBuilder();
        for (var i = 0; i < java.Length; )
        {
            if (java[i] == '\'')
            {
                var end = java.IndexOf('\'', i + 1);
                if (end < 0)
                    return null;
                Literal(end == i + 1 ? "'" : java[(i + 1)..end]);
                i = end + 1;
                continue;
            }
            var count = 1;
            while (i + count < java.Length && java[i + count] == java[i])
                count++;
            var part = Part(java[i], count);
            if (part is null && char.IsAsciiLetter(java[i]))
                return null;
            if (part is not null)
                net.Append(part);
            else
                Literal(new string(java[i], count));
            i += count;
        }
        return net.Length > 1 ? net.ToString() : null; // .NET reads a single letter as the name of a standard format

        void Literal(string text)
        {
            foreach (var c in text)
                net.Append('\\').Append(c);
        }
    }

    static string? Part(char letter, int count) =>
        letter switch
        {
            'y' or 'Y' => count == 2 ? "yy" : "yyyy",
            'M' or 'd' or 'H' or 'h' or 'm' or 's' => new string(letter, Math.Min(count, letter == 'M' ? 4 : 2)),
            'S' => new string('f', Math.Min(count, 7)),
            'a' => "tt",
            'E' => count < 4 ? "ddd" : "dddd",
            'Z' or 'X' => "zzz",
            _ => null,
        };
}
