using LiftLab.Engine.Prompts.Cells;

namespace LiftLab.Engine.Prompts;

/// <summary>How a class is written as an answer.</summary>
public enum ClassWording
{
    /// <summary>The paper's form: labels that are integers are written unchanged, others as their index in class order ("0").</summary>
    Code,

    /// <summary>The label itself ("setosa").</summary>
    Label,
}

/// <summary>
/// How a row is written as a question and its target as an answer. <see cref="Text"/> is in the Liquid template language. It can use
/// <c>features</c> (each with name, value, wording, measured, cell, index, unit, missing, number, integer, text, letter, symbol, token),
/// <c>row["column"]</c> with
/// the features' cells, and <c>target</c>, the target's name; the filters <c>decimals: n</c> and <c>integer</c> write numbers. It ends with
/// <c>###</c>.
/// </summary>
/// <param name="Name">Name of the preset, or a name that the user chose.</param>
public sealed record PromptTemplate(string Name, string Text, NumberFormat Numbers)
{
    public ClassWording Classes { get; init; } = ClassWording.Code;

    /// <summary>The text for an empty cell.</summary>
    public string Missing { get; init; } = "unknown";

    /// <summary>
    /// Text between prompt and completion in a training text. The paper uses one space for GPT-J and nothing in its JSON Lines and for
    /// GPT-3.
    /// </summary>
    public string Joint { get; init; } = "";

    /// <summary>
    /// Maximum UTF-8 bytes of all written-out texts of a prompt together; each column gets an equal part, and of a longer text the
    /// beginning and the end are written. 0: columns of text become codes, as categories do.
    /// </summary>
    public int TextBytes { get; init; }

    /// <summary>Columns that are written out as text where the template would write a code, in addition to columns of text.</summary>
    public IReadOnlyList<string> WriteOut
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Whether ### and @@@ in cells, names and labels are written with spaces (# # #), because they would end the prompt or the
    /// answer.</summary>
    public bool SpacedMarks { get; init; }

    /// <summary>Number formats of single columns, by name, in place of <see cref="Numbers"/>; null for none. Names that the table
    /// lacks have no effect.</summary>
    public IReadOnlyDictionary<string, CellFormat>? Formats { get; init; }

    /// <summary>The number under which this template was saved, from 1; null for presets and for templates with unsaved changes.</summary>
    public int? Version { get; init; }

    /// <summary>The same template with another format of a column's numbers; null to write them as the template does.</summary>
    public PromptTemplate With(string column, CellFormat? format)
    {
        var formats = (Formats ?? new Dictionary<string, CellFormat>())
            .Where(f => f.Key != column)
            .ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        if (format is not null)
            formats[column] = format;
        return this with { Formats = formats.Count == 0 ? null : formats };
    }

    /// <summary>A text of the table as the template writes it: with spaced marks where <see cref="SpacedMarks"/> says so.</summary>
    internal string Marked(string text) =>
        SpacedMarks
            ? text.Replace(Separators.Prompt, "# # #", StringComparison.Ordinal)
                .Replace(Separators.Completion, "@ @ @", StringComparison.Ordinal)
            : text;

    public bool Equals(PromptTemplate? other) =>
        other is not null
        && (Name, Text, Numbers, Classes, Missing, Joint)
            == (other.Name, other.Text, other.Numbers, other.Classes, other.Missing, other.Joint)
        && (TextBytes, SpacedMarks, Version) == (other.TextBytes, other.SpacedMarks, other.Version)
        && Same(Formats, other.Formats)
        && WriteOut.SequenceEqual(other.WriteOut, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Name, Text, Numbers);

    static bool Same(IReadOnlyDictionary<string, CellFormat>? a, IReadOnlyDictionary<string, CellFormat>? b) =>
        (a?.Count ?? 0) == (b?.Count ?? 0) && (a is null || a.All(f => b!.TryGetValue(f.Key, out var other) && f.Value == other));

    /// <summary>Maximum characters of <see cref="Name"/>, <see cref="Missing"/> and <see cref="Joint"/>.</summary>
    public const int LongestPart = 1_000;

    /// <exception cref="FormatException">A part other than the text is too long; the text has its own limit.</exception>
    public void Check()
    {
        if (Name is null || Text is null || Numbers is null || Missing is null || Joint is null) // read from JSON
            throw new FormatException("the template lacks its name, text, numbers, missing or joint");
        Numbers.Check();
        foreach (var (column, format) in Formats ?? new Dictionary<string, CellFormat>())
            (format ?? throw new FormatException($"the template's format of column '{column}' is null")).Check();
        foreach (var (part, text) in new[] { ("name", Name), ("text for empty cells", Missing), ("joint", Joint) })
            if (text.Length > LongestPart)
                throw new FormatException(
                    FormattableString.Invariant($"the template's {part} has {text.Length} characters; at most {LongestPart} are allowed")
                );
    }
}
