using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>
/// Guesses kinds of columns, target and task of a table. Deterministic; the user confirms or changes the guess.
/// <para>Kind, the first rule that holds. A kind that a person or the reader has decided stays. A column without values is an ignored
/// category. Integers with leading zeros or more than 15 digits are texts: an identifier if all differ, else a category. If at least 95 %
/// of
/// the values are numbers: identifier, if the column counts the rows from 0 or 1 and is the first column or has the name of an identifier
/// ("id", "index", "no"),
/// or if it has such a name and its values are unique; integer, if every number is written without a decimal point; else number.
/// Otherwise: identifier, if the values are unique over more than 10 rows (fewer under such a name) with at most two words per cell on
/// average; text, if cells have four or more words on average and most are distinct; else category.</para>
/// <para>Target: the last column named target, class, label, y, outcome, response, diagnosis, species, quality or similar (except
/// coordinates x, y followed by other columns); else the last column with more than one value that is neither an identifier nor
/// text.</para>
/// <para>Task: classification for words and for two values. Numbers are classes if they are integer codes from 0 or 1 without gaps (some
/// gaps are allowed under a name such as "type"), at most 20 codes (100 under a name such as "class") and at least three rows per code on
/// average, or under a name such as "class" any whole numbers, at most 20 different ones with at least five rows each on average; else
/// regression.</para>
/// </summary>
public static partial class SchemaGuess
{
    const double MostlyNumbers = 0.95;

    /// <summary>Maximum number of different whole numbers that are taken for classes under a name such as "class".</summary>
    const int MostCodes = 20;

    public static Schema Guess(Table table)
    {
        // Column statistics take most of the time on a large table, and columns are independent.
        if (table.RowCount > 10_000)
            Parallel.ForEach(table.Columns, c => _ = c.Facts);
        var kinds = table.Columns.Select((c, i) => KindOf(c, i)).ToArray();
        // Without another feature, a column that counts the rows is a feature (a dose 1, 2, 3, …).
        var useful = kinds.Count(k => k is not (ColumnKind.Identifier or ColumnKind.Text or ColumnKind.Date));
        if (
            useful == 1
            && table.Columns.Count == 2
            && kinds[0] == ColumnKind.Identifier
            && table.Columns[0].Facts.CountsRows
            && !NamesRows().IsMatch(table.Columns[0].Name)
        )
            kinds[0] = ColumnKind.Integer;
        var target = TargetOf(table, kinds);
        var task = target < 0 ? TaskKind.Classification : TaskOf(table.Columns[target]);
        return new(
            [
                .. table.Columns.Select(
                    (c, i) =>
                        new ColumnSchema(
                            c.Name,
                            kinds[i],
                            i == target ? ColumnRole.Target
                                : c.Use is { } use ? use
                                : kinds[i] is ColumnKind.Identifier or ColumnKind.Date || c.Facts.Filled == 0 || c.LeftOut is not null
                                    ? ColumnRole.Ignored
                                : ColumnRole.Feature
                        )
                        {
                            Unit = c.Unit,
                        }
                ),
            ],
            task
        );
    }

    /// <summary>The task to use where this column is the target.</summary>
    public static TaskKind TaskOf(Column target)
    {
        var facts = target.Facts;
        if (
            target.Told is ColumnKind.Category
            || facts.Filled == 0
            || facts.AreCodes
            || facts.Numbers < MostlyNumbers * facts.Filled
            || facts.Distinct <= 2
        )
            return TaskKind.Classification;
        double[] values = [.. target.Numbers.Where(x => !double.IsNaN(x)).Distinct().Order()];
        // Codes may have gaps under a name such as "type": a table may contain six of the types 1 to 7.
        var gaps = NamesCodes().IsMatch(target.Name) ? values.Length / 4 + 1 : 0;
        var codes = values[0] is 0 or 1 && values[^1] <= values[0] + values.Length - 1 + gaps && values.All(x => x == Math.Floor(x));
        var most = NamesTarget().IsMatch(target.Name) && !TellsNoTask().IsMatch(target.Name) ? 100 : 20;
        if (NamesCodes().IsMatch(target.Name) && CodesOf(target).Count > 0)
            return TaskKind.Classification;
        return codes && values.Length <= most && facts.Filled >= 3 * values.Length ? TaskKind.Classification : TaskKind.Regression;
    }

    /// <summary>
    /// The different values, in order, of a column of few different whole numbers with at least five rows each on average, which may be
    /// classes or amounts; empty for other columns and for two values, which are always classes.
    /// </summary>
    public static IReadOnlyList<double> CodesOf(Column column)
    {
        const int FewestRows = 5;
        var facts = column.Facts;
        if (facts.AreCodes || facts.Numbers < MostlyNumbers * facts.Filled || facts.Distinct is <= 2 or > MostCodes)
            return [];
        double[] values = [.. column.Numbers.Where(x => !double.IsNaN(x)).Distinct().Order()];
        return values.All(x => x == Math.Floor(x)) && facts.Filled >= FewestRows * values.Length ? values : [];
    }

    /// <summary>Why the guess leaves a column out; null for a column that it uses.</summary>
    public static string? WhyLeftOut(Column column, int index)
    {
        var facts = column.Facts;
        if (column.LeftOut is { } told)
            return told;
        return facts.Filled == 0
            ? "it has no values"
            : KindOf(column, index) switch
            {
                ColumnKind.Date => "a date is used through its parts",
                ColumnKind.Identifier when column.Told is not null => "it identifies rows",
                ColumnKind.Identifier when facts.CountsRows => "it counts the rows",
                ColumnKind.Identifier when NamesRows().IsMatch(column.Name) => "it has the name of an identifier and no value comes twice",
                ColumnKind.Identifier => $"its {facts.Filled} values are all different texts, as identifiers are",
                _ => null,
            };
    }

    static ColumnKind KindOf(Column column, int index)
    {
        var facts = column.Facts;
        if (column.Told is { } told)
            return told;
        if (facts.Filled == 0)
            return ColumnKind.Category;
        var unique = facts.Distinct == facts.Filled && facts.Filled > 1;
        var named = NamesRows().IsMatch(column.Name);
        if (facts.AreCodes && !(facts.CountsRows && (index == 0 || named)))
            return unique && (named || facts.Filled > 10) ? ColumnKind.Identifier : ColumnKind.Category;
        if (facts.Numbers >= MostlyNumbers * facts.Filled)
        {
            if (facts.CountsRows && facts.Filled > 2 && (index == 0 || named))
                return ColumnKind.Identifier;
            if (named && unique)
                return ColumnKind.Identifier;
            return facts.Integers == facts.Numbers ? ColumnKind.Integer : ColumnKind.Number;
        }
        if (unique && facts.Words <= 2 && (named || facts.Filled > 10))
            return ColumnKind.Identifier;
        if (facts.Words >= 4 && facts.Distinct > 0.5 * facts.Filled)
            return ColumnKind.Text;
        return ColumnKind.Category;
    }

    static int TargetOf(Table table, ColumnKind[] kinds)
    {
        bool Possible(int i) =>
            table.Columns[i].Facts.Filled > 0
            && table.Columns[i].Use is null
            && table.Columns[i].LeftOut is null
            && kinds[i] is not (ColumnKind.Identifier or ColumnKind.Text or ColumnKind.Date);
        for (var i = table.Columns.Count - 1; i >= 0; i--)
            if (NamesTarget().IsMatch(table.Columns[i].Name) && Possible(i) && !IsCoordinate(table, i))
                return i;
        for (var i = table.Columns.Count - 1; i >= 0; i--)
            if (Possible(i) && table.Columns[i].Facts.Distinct > 1)
                return i;
        return -1;
    }

    /// <summary>Columns x, y followed by others are coordinates: y is not guessed as the target.</summary>
    static bool IsCoordinate(Table table, int i) =>
        i < table.Columns.Count - 1
        && i > 0
        && string.Equals(table.Columns[i].Name, "y", StringComparison.OrdinalIgnoreCase)
        && string.Equals(table.Columns[i - 1].Name, "x", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(.*[_ .-])?(type|kind|group|class|label|category)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamesCodes();

    [GeneratedRegex(
        @"^(.*[_ .-])?(id|uid|uuid|guid|index|idx|key)$|^(column 1|unnamed: 0|row ?(id|names?|numbers?)?|rownames|nr\.?|no\.?|#|obs|sample[_ ]?(id|no|number)|serial[_ ]?(no|number)?|case|subject)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex NamesRows();

    [GeneratedRegex(
        @"^(target|class|classes|label|labels|y|outcome|response|diagnosis|species|category|quality|type[_ ]of[_ ].*|.*[_ ](class|label|target))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex NamesTarget();

    [GeneratedRegex(@"^(y|target|outcome|response|quality)$|target$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TellsNoTask();
}
