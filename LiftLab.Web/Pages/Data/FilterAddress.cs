using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Web.Pages.Data;

/// <summary>The filters of a table's rows in the address of its page.</summary>
static class FilterAddress
{
    const int Longest = 6_000,
        Most = 100;

    static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the address is percent-encoded afterwards
    };

    /// <param name="Is">The cell's text.</param>
    /// <param name="From">The lower end of a range; <paramref name="Last"/> tells whether <paramref name="To"/> belongs to it.</param>
    /// <param name="Not">The texts that a filled cell is none of, <paramref name="Others"/> being the number of the others.</param>
    sealed record Part(
        string Column,
        string? Is = null,
        double? From = null,
        double? To = null,
        bool Last = false,
        string? Words = null,
        bool Missing = false,
        IReadOnlyList<string>? Not = null,
        int Others = 0
    );

    /// <summary>Null for none, and for so many that no address can hold them.</summary>
    public static string? Write(IReadOnlyList<CellCondition> filters)
    {
        if (filters.Count == 0)
            return null;
        var text = JsonSerializer.Serialize(filters.Select(PartOf), Form);
        return text.Length <= Longest ? text : null;
    }

    /// <summary>The filters on columns that the table has; what is none is left out.</summary>
    public static List<CellCondition> Read(string? text, Table table)
    {
        if (text is not { Length: > 0 and <= Longest })
            return [];
        try
        {
            return
            [
                .. (JsonSerializer.Deserialize<Part?[]>(text, Form) ?? [])
                    .OfType<Part>()
                    .Where(p => p.Column is not null && table.Has(p.Column))
                    .Select(Of)
                    .OfType<CellCondition>()
                    .Distinct()
                    .Take(Most),
            ];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    static Part PartOf(CellCondition filter) =>
        filter switch
        {
            CellCondition.Range r => new(r.Column, From: r.Low, To: r.High, Last: r.Closed, Words: r.Text),
            CellCondition.Is i => new(i.Column, Is: i.Text),
            CellCondition.IsOther o => new(o.Column, Not: o.Texts, Others: o.Distinct),
            _ => new(filter.Column, Missing: true),
        };

    static CellCondition? Of(Part part) =>
        part switch
        {
            { Missing: true } => new CellCondition.IsMissing(part.Column),
            { Is: { } text } => new CellCondition.Is(part.Column, text),
            { Not: { } texts } => new CellCondition.IsOther(part.Column, texts, part.Others),
            { From: { } low, To: { } high } => new CellCondition.Range(
                part.Column,
                low,
                high,
                part.Last,
                part.Words ?? FormattableString.Invariant($"{low:G6} to {high:G6}")
            ),
            _ => null,
        };
}
