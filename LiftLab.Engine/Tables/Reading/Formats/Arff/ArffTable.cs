namespace LiftLab.Engine.Tables.Reading.Formats.Arff;

/// <summary>Reads an ARFF file (Weka, OpenML): declared attributes, then dense or sparse rows.</summary>
static class ArffTable
{
    const string Missing = "?";

    /// <exception cref="BadDataException">A declaration cannot be read, or there are no rows.</exception>
    public static TableReading Read(
        string text,
        string encoding,
        string name,
        TableReadOptions options,
        ProblemLog problems,
        CancellationToken cancel
    )
    {
        var reader = new StringReader(text);
        var attributes = ArffHeader.Read(reader, problems, cancel, out var lines);
        using var rows = new ArffRows(reader, attributes, lines, problems);
        // The format itself has a decimal point, and one mark of a missing value.
        var own = options with
        {
            DecimalMark = options.DecimalMark ?? '.',
            MissingMarks = options.MissingMarks ?? [Missing],
        };
        var format = new TableFormat("arff", encoding, ',', '.', true, null, [], []);
        var reading = TableAssembly.Read(rows, own, problems, cancel).ToReading(name, format);
        return reading with { AsRead = reading.AsRead with { MissingMarks = options.MissingMarks } };
    }
}
