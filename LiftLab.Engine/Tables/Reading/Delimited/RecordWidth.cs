namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>Looks for a record with too many fields before a library reads it.</summary>
static class RecordWidth
{
    /// <summary>Whether a record has more fields than <paramref name="most"/>. Delimiters between double quotes do not count.</summary>
    public static bool Exceeds(TextReader text, char delimiter, int most)
    {
        var buffer = new char[1 << 15];
        var fields = 1;
        bool quoted = false,
            start = true;
        var last = '\n';
        int read;
        while ((read = text.Read(buffer, 0, buffer.Length)) > 0)
            for (var i = 0; i < read; i++)
            {
                var (before, c) = (last, buffer[i]);
                last = c;
                if (quoted)
                    quoted = c != '"';
                else if (c == delimiter)
                {
                    start = true;
                    if (++fields > most)
                        return true;
                    continue;
                }
                else if (c is '\n' or '\r')
                {
                    (fields, start) = (1, true);
                    continue;
                }
                else if (c == '"')
                    quoted = start || before == '"'; // a doubled quote closes and opens again
                start = false;
            }
        return false;
    }
}
