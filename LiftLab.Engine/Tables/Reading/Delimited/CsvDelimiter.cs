namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>Guesses the delimiter of a text: tab, semicolon, vertical bar or comma.</summary>
static class CsvDelimiter
{
    // In order of preference where two fit equally well: commas also occur inside numbers and texts, the others rarely.
    static readonly char[] Candidates = ['\t', ';', '|', ','];
    static readonly char[] Rare = ['^', '~'];

    /// <param name="sample">The beginning of the file.</param>
    /// <param name="cut">Whether the file continues: the last record may then be incomplete and counts only if it is the only one.</param>
    /// <returns>Null where no delimiter divides most records.</returns>
    public static char? Guess(string sample, bool cut) => Best(sample, cut, Candidates) ?? Best(sample, cut, Rare);

    /// <summary>Whether the first record has at least two fields.</summary>
    public static bool DividesHeader(string sample, char delimiter) => FieldCounts(sample, delimiter, cut: true) is [>= 2, ..];

    static char? Best(string sample, bool cut, char[] candidates)
    {
        char? best = null;
        var bestScore = 0.0;
        foreach (var candidate in candidates)
        {
            var counts = FieldCounts(sample, candidate, cut);
            if (counts.Count == 0)
                continue;
            var common = counts.GroupBy(n => n).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First();
            if (common.Key < 2)
                continue;
            // The share of records with the most common number of fields, halved where the header row has another number.
            // R writes a header with one field fewer: the column of row names has no name.
            var score = (double)common.Count() / counts.Count;
            if (counts[0] != common.Key && counts[0] != common.Key - 1)
                score *= 0.5;
            if (score > bestScore + 1e-9)
                (best, bestScore) = (candidate, score);
        }
        return best;
    }

    static List<int> FieldCounts(string sample, char delimiter, bool cut)
    {
        const int enough = 200;
        var counts = new List<int>();
        var fields = 1;
        bool quoted = false,
            start = true,
            any = false,
            rule = true;
        foreach (var c in sample)
        {
            rule &= c is '-' or '=' or '+' or '|' or ':' or ' ' or '\n' or '\r';
            if (quoted)
            {
                if (c == '"')
                    quoted = false;
                continue;
            }
            if (c == '"' && start)
            {
                quoted = true;
                start = false;
                any = true;
            }
            else if (c == delimiter)
            {
                fields++;
                start = true;
                any = true;
            }
            else if (c is '\n' or '\r')
            {
                // A line of dashes below the names or around the table has no cells.
                if (any && !rule)
                    counts.Add(fields);
                if (counts.Count >= enough)
                    return counts;
                (fields, start, any, rule) = (1, true, false, true);
            }
            else
            {
                start = false;
                any = true;
            }
        }
        if (any && !rule && (!cut || counts.Count == 0))
            counts.Add(fields);
        return counts;
    }
}
