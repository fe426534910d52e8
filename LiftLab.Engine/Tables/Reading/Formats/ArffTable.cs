using System.Text;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Reading.Formats;

/// <summary>Reads an ARFF file (Weka): names from its attributes, then comma-separated rows.</summary>
static partial class ArffTable
{
    /// <exception cref="BadDataException">The file has no attributes, or its rows are in the sparse notation.</exception>
    public static TableReading Read(
        string text,
        string encoding,
        string name,
        TableReadOptions options,
        ProblemLog problems,
        CancellationToken cancel
    )
    {
        using var rows = new ArffRows(new StringReader(text), problems);
        return TableAssembly.Read(rows, options, problems, cancel).ToReading(name, new("arff", encoding, ',', '.', true, null, [], []));
    }

    sealed partial class ArffRows : RowReader
    {
        readonly TextReader text;
        readonly ProblemLog problems;
        readonly List<string> fields = [];
        bool namesGiven;

        public ArffRows(TextReader text, ProblemLog problems)
        {
            (this.text, this.problems) = (text, problems);
            while (text.ReadLine() is { } line)
            {
                if (Data().IsMatch(line))
                    break;
                if (Attribute().Match(line) is { Success: true } match)
                    fields.Add(Split(match.Groups[1].Value, [], one: true)[0]);
            }
            if (fields.Count == 0)
                throw problems.Fail(
                    "no-rows",
                    "the ARFF file declares no attributes",
                    "Choose a file with @attribute lines and rows below @data."
                );
        }

        public override bool KnowsNumbers => false;
        public override bool HasNames => true;
        public override int FieldCount => fields.Count;

        public override ReadOnlySpan<char> Field(int index) => fields[index];

        public override void Dispose() => text.Dispose();

        public override bool Next()
        {
            if (!namesGiven)
                return namesGiven = true;
            while (text.ReadLine() is { } line)
            {
                if (line.AsSpan().TrimStart().StartsWith("%"))
                    continue;
                if (line.AsSpan().TrimStart().StartsWith("{"))
                    throw problems.Fail(
                        "sparse-rows",
                        "the ARFF file has sparse rows ({index value, …}), which are not read",
                        "Save it with the filter SparseToNonSparse, or as CSV."
                    );
                Split(line, fields, one: false);
                return true;
            }
            return false;
        }

        /// <summary>Splits at commas and tabs; cells may be in single or double quotes with backslashes.</summary>
        /// <param name="one">Only the first cell, which ends at a blank.</param>
        static List<string> Split(string line, List<string> fields, bool one)
        {
            fields.Clear();
            var cell = new StringBuilder();
            var quote = '\0';
            var quoted = false;
            for (var i = 0; i < line.Length; i++)
            {
                var c = line[i];
                if (c == '\\' && quote != '\0' && i + 1 < line.Length)
                    cell.Append(line[++i]);
                else if (c == quote)
                    quote = '\0';
                else if (quote != '\0')
                    cell.Append(c);
                else if (c is '\'' or '"' && cell.ToString().AsSpan().IsWhiteSpace())
                {
                    cell.Clear();
                    (quote, quoted) = (c, true);
                }
                else if (one ? char.IsWhiteSpace(c) || c == '{' : c is ',' or '\t')
                {
                    if (one && cell.Length == 0 && !quoted)
                        continue;
                    fields.Add(cell.ToString().Trim());
                    cell.Clear();
                    quoted = false;
                    if (one)
                        return fields;
                }
                else
                    cell.Append(c);
            }
            fields.Add(cell.ToString().Trim());
            return fields;
        }

        [GeneratedRegex(@"^\s*@attribute\s+(.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
        private static partial Regex Attribute();

        [GeneratedRegex(@"^\s*@data\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
        private static partial Regex Data();
    }
}
