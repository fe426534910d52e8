using System.Text.Json;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Reading.Formats;

/// <summary>Recognises texts that are no delimited table by how they begin.</summary>
static partial class TextFormat
{
    const int Head = 1 << 14;

    /// <summary>A text format that is read by a reader of its own.</summary>
    public enum Kind
    {
        Delimited,
        Arff,
        JsonLines,
    }

    /// <exception cref="BadDataException">The text is no table; the message names what it is and what to do.</exception>
    public static Kind Of(string text)
    {
        var head = text[..Math.Min(text.Length, Head)].TrimStart('\uFEFF', ' ', '\t', '\r', '\n', '\0');
        if (head.StartsWith("version https://git-lfs", StringComparison.Ordinal))
            throw FileSignature.Refusal(
                "a Git LFS pointer: the table itself was not fetched",
                "Run 'git lfs pull' in the repository, or download the file itself, and choose that."
            );
        if (head.StartsWith('<'))
            Markup(head);
        if (head.StartsWith("From: ", StringComparison.Ordinal) && head.Contains("\nSubject: ", StringComparison.Ordinal))
            throw FileSignature.Refusal("an e-mail message", "Save its attachment and choose that.");
        if (head.StartsWith("<<<<<<< ", StringComparison.Ordinal))
            throw FileSignature.Refusal("in the middle of a Git merge", "Resolve the conflict in the file first.");
        if (Sql().IsMatch(head))
            throw FileSignature.Refusal("a script of SQL statements", "Load it into a database, and export the table as CSV.");
        if (SparseRows().IsMatch(head))
            throw FileSignature.Refusal(
                "in the sparse format of LIBSVM (label index:value …)",
                "Convert it to CSV (for example with scikit-learn: load_svmlight_file)."
            );
        if (Relation().IsMatch(text.AsSpan().TrimStart("\uFEFF \t\r\n\0")))
            return Kind.Arff;
        return head.Length > 1 && head[0] is '{' or '[' && BeginsJson(head) ? Json(head) : Kind.Delimited;
    }

    static void Markup(string head)
    {
        if (head.Contains("urn:schemas-microsoft-com:office:spreadsheet", StringComparison.Ordinal))
            throw FileSignature.Refusal(
                "an XML Spreadsheet 2003",
                "Open it in a spreadsheet program and save it as Excel Workbook (.xlsx) or CSV."
            );
        if (Html().IsMatch(head))
            throw FileSignature.Refusal(
                "a web page (HTML)",
                "A download may have needed a login: get the data file itself. If the page shows a table, open it in a spreadsheet program and save it as XLSX or CSV."
            );
        if (
            head.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase)
            || Element().IsMatch(head) && head.Contains("</", StringComparison.Ordinal)
        )
            throw FileSignature.Refusal("an XML document", "Export the table from the program that wrote it as CSV (UTF-8) or XLSX.");
    }

    static Kind Json(string head)
    {
        // One object per line; the second line tells it from a document over several lines.
        var lines = head.Split('\n', 3, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (head[0] == '{' && lines.Length > 1 && lines[1].StartsWith('{') && IsObject(lines[0]))
            return Kind.JsonLines;
        if (head.Contains("\"nbformat\"", StringComparison.Ordinal) || head.Contains("\"cells\"", StringComparison.Ordinal))
            throw FileSignature.Refusal("a Jupyter notebook", "Choose the table that the notebook reads.");
        throw FileSignature.Refusal(
            "JSON",
            "Save it as CSV (for example with pandas: read_json, then to_csv), or as JSON Lines with one object per line."
        );
    }

    static bool IsObject(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool BeginsJson(string head)
    {
        try
        {
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(head), isFinalBlock: false, default);
            var tokens = 0;
            while (tokens < 4 && reader.Read())
                tokens++;
            return tokens >= 2;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^\s*(<!--.*?-->\s*|<\?xml[^>]*>\s*)*(<!doctype\s+html|<html|<head|<body|<table|<script|<meta|<div)\b", Insensitive)]
    private static partial Regex Html();

    [GeneratedRegex(@"^<[a-z][\w.:-]*(\s[^<>]*)?/?>", Insensitive)]
    private static partial Regex Element();

    [GeneratedRegex(@"^(%[^\n]*\n|\s)*@(relation|attribute)\s", Insensitive)]
    private static partial Regex Relation();

    [GeneratedRegex(@"^(--[^\n]*\n|/\*.*?\*/|\s)*(create\s+table|insert\s+into|drop\s+table|begin\s+transaction)\b", Insensitive)]
    private static partial Regex Sql();

    [GeneratedRegex(@"^([-+]?\d+(\.\d+)?( +\d+:[-+.\deE]+)+ *(#[^\n]*)?\r?\n){2}", RegexOptions.CultureInvariant)]
    private static partial Regex SparseRows();

    const RegexOptions Insensitive = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline;
}
