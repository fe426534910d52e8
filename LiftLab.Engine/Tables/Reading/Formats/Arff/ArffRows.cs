using LiftLab.Engine.Tables.Reading.Layout;

namespace LiftLab.Engine.Tables.Reading.Formats.Arff;

/// <summary>
/// The rows of an ARFF file, dense (a,b,c) or sparse ({1 b, 4 c}). A row that contradicts the declarations is left out, and a value that
/// does so is missing or kept; both are reported with their line.
/// </summary>
sealed class ArffRows(TextReader text, IReadOnlyList<ArffAttribute> attributes, int linesBefore, ProblemLog problems) : RowReader
{
    const string MendRow = "Correct the row.";
    readonly ArffLine line = new();
    readonly string?[] written = new string?[attributes.Count]; // cells that differ from those of the line
    string[]? sparse;
    int number = linesBefore,
        rows,
        wrong,
        weights;
    bool namesGiven,
        isSparse,
        told;

    public override bool KnowsNumbers => false;
    public override bool HasNames => true;
    public override int FieldCount => attributes.Count;

    public override ColumnReadOptions? Declared(int index) => index < attributes.Count ? attributes[index].Reading : null;

    public override ReadOnlySpan<char> Field(int index) =>
        !namesGiven || rows == 0 ? attributes[index].Name
        : written[index] is { } cell ? cell
        : line[index];

    public override void Dispose() => text.Dispose();

    public override bool Next()
    {
        if (!namesGiven)
            return namesGiven = true;
        while (text.ReadLine() is { } read)
        {
            number++;
            var row = read.AsSpan().Trim();
            if (row.Length == 0 || row[0] == '%')
                continue;
            var fault = row[0] == '{' ? Sparse(row) : Dense(row);
            if (fault is null)
            {
                rows++;
                for (var i = 0; i < attributes.Count; i++)
                    Check(attributes[i], i);
                return true;
            }
            wrong++;
            problems.Warn("arff-row", $"line {number} of the file: {fault}; the row was left out", MendRow);
        }
        if (!told)
            Tell();
        told = true;
        return false;
    }

    /// <returns>What is wrong with the row; null if nothing is.</returns>
    string? Dense(ReadOnlySpan<char> row)
    {
        Array.Clear(written);
        if (
            row[^1] == '}'
            && row.LastIndexOf('{') is > 0 and var weight
            && row[..weight].TrimEnd(", \t") is { Length: > 0 } weighted
            && weighted.Length < weight
        )
        {
            weights++;
            row = weighted;
        }
        if (!line.Split(row, atBlanks: false))
            return "a quote is not closed";
        if (line.Count == attributes.Count)
            return null;
        var count = line.Count;
        if (count == attributes.Count + 1 && line[count - 1].IsEmpty)
            return null; // the row ends with a comma
        // Blanks and tabs separate values too, if the row has no commas.
        return line.Split(row, atBlanks: true) && line.Count == attributes.Count
            ? null
            : $"the row has {count} {(count == 1 ? "value" : "values")} and {attributes.Count} attributes are declared";
    }

    string? Sparse(ReadOnlySpan<char> row)
    {
        isSparse = true;
        sparse ??= [.. attributes.Select(a => a.Unwritten)];
        sparse.CopyTo(written, 0);
        var at = 1;
        for (var last = -1; ; )
        {
            at = ArffLine.SkipBlanks(row, at);
            if (at < row.Length && row[at] == '}')
                break;
            var begin = at;
            while (at < row.Length && char.IsAsciiDigit(row[at]))
                at++;
            if (!int.TryParse(row[begin..at], out var index) || at == row.Length || !char.IsWhiteSpace(row[at]))
                return "the values of a sparse row are written {index value, …}";
            if (index >= attributes.Count)
                return $"index {index} is too large: {attributes.Count} attributes are declared, counted from 0";
            if (index <= last)
                return $"index {index} does not follow index {last}";
            last = index;
            at = ArffLine.SkipBlanks(row, at);
            if (line.One(row, ref at, ",}") is not { } value)
                return "a quote is not closed";
            written[index] = value;
            at = ArffLine.SkipBlanks(row, at);
            if (at < row.Length && row[at] == ',')
                at++;
            else if (at == row.Length || row[at] != '}')
                return "a sparse row has no closing brace, or no comma between two values";
        }
        weights += ArffLine.SkipBlanks(row, at + 1) < row.Length ? 1 : 0;
        return null;
    }

    void Check(ArffAttribute attribute, int index)
    {
        var cell = Field(index);
        if (cell.IsEmpty || cell is "?" || attribute.Type == ArffType.Text)
            return;
        if (attribute.Type == ArffType.Nominal)
        {
            if (!attribute.Declares(cell))
                Say("arff-undeclared", $"'{CellText.Short(cell.ToString())}' is none of the declared values; it was kept");
        }
        else if (attribute.Type == ArffType.Numeric)
        {
            if (!double.IsNaN(Column.ParseNumber(cell)))
                return;
            Say("arff-number", $"'{CellText.Short(cell.ToString())}' is no number, as declared; it was read as missing");
            written[index] = "";
        }
        else if (attribute.Date(cell) is { } date)
            written[index] = date;
        else
            Say("arff-date", $"'{CellText.Short(cell.ToString())}' does not have the declared format of dates");

        void Say(string code, string what) =>
            problems.Warn(code, $"{what} (line {number} of the file)", "Correct the cell or the declaration.", rows, attribute.Name);
    }

    void Tell()
    {
        if (wrong > 1 && wrong > (rows + wrong) / 10)
            problems.Error(
                "ragged",
                $"{wrong} of {rows + wrong} rows contradict the declarations and were left out",
                "Check the number of attributes, the quotes and the commas."
            );
        if (isSparse)
            problems.Add(
                Severity.Note,
                "sparse-rows",
                "the file has sparse rows: a value that is not written is 0, the first declared value of a nominal attribute, or missing for texts and dates",
                "Nothing is to be done if the program that wrote the file meant it so."
            );
        if (weights > 0)
            problems.Add(
                Severity.Note,
                "arff-weights",
                $"{weights} {(weights == 1 ? "row has a weight" : "rows have weights")} in braces, which {(weights == 1 ? "was" : "were")} left out",
                "Learners here do not weight rows."
            );
    }
}
