using System.Text.Json;

namespace LiftLab.Engine.Tables.Reading.Formats;

/// <summary>
/// Reads JSON Lines: one object per line. The columns are the keys of all lines in the order of their first occurrence; a key inside an
/// object is named "outer.inner".
/// </summary>
static class JsonLinesTable
{
    const int Deepest = 8;

    /// <exception cref="BadDataException">There are more keys than allowed columns, or no line is an object.</exception>
    public static TableReading Read(
        string text,
        string encoding,
        string name,
        TableReadOptions options,
        ProblemLog problems,
        CancellationToken cancel
    )
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        var line = 0;
        foreach (var cells in Objects(text, problems, cancel))
        {
            line++;
            foreach (var (key, _) in cells)
                if (columns.TryAdd(key, columns.Count) && columns.Count > options.MaxColumns)
                    throw problems.Fail(
                        "too-many-columns",
                        $"the first {line} lines have {columns.Count} different keys; at most {options.MaxColumns} columns are read",
                        "Save the lines with fewer keys."
                    );
        }
        using var rows = new Rows(columns, Objects(text, null, cancel).GetEnumerator());
        return TableAssembly.Read(rows, options, problems, cancel).ToReading(name, new("jsonl", encoding, null, '.', true, null, [], []));
    }

    static IEnumerable<List<(string Key, string Cell)>> Objects(string text, ProblemLog? problems, CancellationToken cancel)
    {
        using var reader = new StringReader(text);
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            cancel.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(line))
                continue;
            number++;
            if (Cells(line) is { } cells)
                yield return cells;
            else
                problems?.Warn("bad-json", "the line is not a JSON object and was left out", "Write one object per line.", number);
        }
    }

    static List<(string Key, string Cell)>? Cells(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            var cells = new List<(string, string)>();
            Add(document.RootElement, "", 0, cells);
            return cells;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static void Add(JsonElement parent, string prefix, int depth, List<(string, string)> cells)
    {
        foreach (var property in parent.EnumerateObject())
        {
            var (key, value) = (prefix + property.Name, property.Value);
            if (value.ValueKind == JsonValueKind.Object && depth < Deepest)
                Add(value, key + ".", depth + 1, cells);
            else
                cells.Add(
                    (
                        key,
                        value.ValueKind switch
                        {
                            JsonValueKind.Null => "",
                            JsonValueKind.String => value.GetString()!,
                            _ => value.GetRawText(),
                        }
                    )
                );
        }
    }

    sealed class Rows(Dictionary<string, int> columns, IEnumerator<List<(string Key, string Cell)>> objects) : RowReader
    {
        string[] fields = [];

        public override bool KnowsNumbers => true;
        public override bool HasNames => true;
        public override int FieldCount => columns.Count;

        public override ReadOnlySpan<char> Field(int index) => fields[index];

        public override void Dispose() => objects.Dispose();

        public override bool Next()
        {
            if (fields.Length == 0)
            {
                fields = [.. columns.OrderBy(c => c.Value).Select(c => c.Key)];
                return fields.Length > 0;
            }
            if (!objects.MoveNext())
                return false;
            Array.Fill(fields, "");
            foreach (var (key, cell) in objects.Current)
                fields[columns[key]] = cell;
            return true;
        }
    }
}
