namespace LiftLab.Engine.Tables.Reading.Formats.Arff;

/// <summary>The declarations of an ARFF file, up to the line @data.</summary>
static class ArffHeader
{
    const string WhatToDo = "Correct the line, or save the table as CSV.";

    /// <summary>Reads the header and leaves the reader at the first line of data.</summary>
    /// <param name="lines">Number of lines that were read.</param>
    /// <exception cref="BadDataException">A declaration cannot be read, there is none, or one is of a type that is no table.</exception>
    public static IReadOnlyList<ArffAttribute> Read(TextReader text, ProblemLog problems, CancellationToken cancel, out int lines)
    {
        var attributes = new List<ArffAttribute>();
        var line = new ArffLine();
        lines = 0;
        while (text.ReadLine() is { } read)
        {
            cancel.ThrowIfCancellationRequested();
            lines++;
            var declaration = read.AsSpan().Trim();
            if (Begins(declaration, "@data"))
                return attributes.Count > 0 ? attributes : throw None(problems);
            if (Begins(declaration, "@attribute"))
                attributes.Add(Attribute(declaration["@attribute".Length..], line, lines, problems));
            else if (declaration.Length > 0 && declaration[0] != '%' && !Begins(declaration, "@relation"))
                problems.Warn(
                    "arff-line",
                    $"line {lines} of the file is neither a declaration nor a comment and was left out: '{Short(declaration)}'",
                    "Begin comments with %."
                );
        }
        throw attributes.Count == 0
            ? None(problems)
            : problems.Fail("no-rows", "the ARFF file has no line @data", "Get the whole file: it may have been cut.");
    }

    static bool Begins(ReadOnlySpan<char> line, string word) =>
        line.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (line.Length == word.Length || !char.IsAsciiLetter(line[word.Length]));

    static ArffAttribute Attribute(ReadOnlySpan<char> declaration, ArffLine line, int number, ProblemLog problems)
    {
        var at = 0;
        declaration = declaration.ToString().Replace('\t', ' ');
        if (line.One(declaration, ref at, "{") is not { Length: > 0 } name)
            throw Wrong(number, "the attribute has no name, or its quote is not closed", problems);
        var rest = declaration[at..].Trim();
        if (rest.StartsWith("{"))
        {
            var end = line.EndOfList(rest);
            return end > 0 && line.Split(rest[1..end], atBlanks: false)
                ? new(name, ArffType.Nominal, [.. Enumerable.Range(0, line.Count).Select(i => line[i].ToString())])
                : throw Wrong(number, $"the values of '{name}' have no closing brace or quote", problems);
        }
        at = 0;
        switch ((line.One(rest, ref at, "[") ?? "").ToLowerInvariant()) // KEEL writes a range behind the type: real [0, 1]
        {
            case "numeric" or "real" or "integer":
                return new(name, ArffType.Numeric, []);
            case "string":
                return new(name, ArffType.Text, []);
            case "date":
                rest = rest[at..].Trim();
                at = 0;
                var format = rest.StartsWith("%") ? null : line.One(rest, ref at, "");
                return new(name, ArffType.Date, [], ArffDate.Format(format is { Length: > 0 } told ? told : ArffDate.Standard));
            case "relational":
                throw Wrong(number, $"'{name}' is relational: each of its cells is a table of its own", problems);
            case "":
                throw Wrong(number, $"'{name}' has no type", problems);
            case var type:
                problems.Warn(
                    "arff-type",
                    $"line {number} of the file declares the type '{Short(type)}', which ARFF does not have; the cells were looked at instead",
                    "Write numeric, string, date or the values in braces.",
                    null,
                    name
                );
                return new(name, ArffType.Text, []);
        }
    }

    static BadDataException Wrong(int number, string what, ProblemLog problems) =>
        problems.Fail("arff-header", $"line {number} of the file: {what}", WhatToDo);

    static BadDataException None(ProblemLog problems) =>
        problems.Fail("no-rows", "the ARFF file declares no attributes", "Choose a file with @attribute lines and rows below @data.");

    static string Short(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : string.Concat(text[..39], "…");
}
