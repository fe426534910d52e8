using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>
/// The rows of the sheets of an OpenDocument file, in one pass over content.xml. Rows and cells may be repeated a million times at the end
/// of a sheet; empty repetitions are given once.
/// </summary>
sealed class OdsRows : RowReader
{
    const string Table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";
    const string Office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";

    readonly XmlReader xml;
    readonly int mostColumns;
    readonly CancellationToken cancel;
    readonly HashSet<string> hiddenStyles = new(StringComparer.Ordinal);
    readonly List<string> fields = [];
    readonly List<NumberFormat?> formats = [];
    readonly Dictionary<string, NumberFormat> known = new(StringComparer.Ordinal);
    readonly Dictionary<int, int> merged = [];
    int again;

    OdsRows(XmlReader xml, int mostColumns, CancellationToken cancel) =>
        (this.xml, this.mostColumns, this.cancel) = (xml, mostColumns, cancel);

    /// <param name="sheet">The sheet whose rows are read; null to go through all with <see cref="NextSheet"/>.</param>
    public static OdsRows Of(ZipArchive archive, string? sheet, int mostColumns, CancellationToken cancel)
    {
        var content = archive.GetEntry("content.xml") ?? throw new InvalidDataException("there is no content.xml");
        var rows = new OdsRows(
            XmlReader.Create(
                content.Open(),
                new()
                {
                    DtdProcessing = DtdProcessing.Prohibit,
                    XmlResolver = null,
                    CloseInput = true,
                }
            ),
            mostColumns,
            cancel
        );
        while (sheet is not null && rows.NextSheet() is { } next && next.Name != sheet) { }
        return rows;
    }

    public override bool KnowsNumbers => true;
    public override int FieldCount => fields.Count;

    public override ReadOnlySpan<char> Field(int index) => fields[index];

    public override NumberFormat? FormatOf(int index) => formats[index];

    public override NumberFormat?[] Formats(int count) => [.. formats.Take(count)];

    public override int MergedTo(int column) => merged.GetValueOrDefault(column, column);

    /// <summary>Goes to the next sheet.</summary>
    /// <returns>Null after the last.</returns>
    public (string Name, bool Hidden)? NextSheet()
    {
        string? style = null;
        again = 0;
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            if (xml.LocalName == "style")
                style = xml.GetAttribute("name", "urn:oasis:names:tc:opendocument:xmlns:style:1.0");
            else if (xml.LocalName == "table-properties" && style is not null && xml.GetAttribute("display", Table) == "false")
                hiddenStyles.Add(style);
            else if (Is("table"))
                return (xml.GetAttribute("name", Table) ?? "", hiddenStyles.Contains(xml.GetAttribute("style-name", Table) ?? ""));
        }
        return null;
    }

    public override bool Next()
    {
        cancel.ThrowIfCancellationRequested();
        if (again > 0)
        {
            again--;
            return true;
        }
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.EndElement && Is("table"))
                return false;
            if (xml.NodeType == XmlNodeType.Element && Is("table-row"))
            {
                var times = Times("number-rows-repeated");
                Cells();
                again = fields.Count == 0 ? 0 : times - 1;
                return true;
            }
        }
        return false;
    }

    void Cells()
    {
        fields.Clear();
        formats.Clear();
        merged.Clear();
        if (xml.IsEmptyElement)
            return;
        var blanks = 0;
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && Is("table-row")))
        {
            if (xml.NodeType != XmlNodeType.Element || !Is("table-cell") && !Is("covered-table-cell"))
                continue;
            var times = Times("number-columns-repeated");
            var spanned = Times("number-columns-spanned");
            var text = Cell(out var format);
            if (text.Length == 0)
            {
                blanks = Math.Min(mostColumns + 1, blanks + times);
                continue;
            }
            for (; blanks > 0; blanks--)
            {
                fields.Add("");
                formats.Add(null);
            }
            if (spanned > 1)
                merged[fields.Count] = fields.Count + spanned - 1;
            // One more than allowed is enough to be refused.
            for (var i = 0; i < times && fields.Count <= mostColumns; i++)
            {
                fields.Add(text);
                formats.Add(format);
            }
        }
    }

    /// <param name="format">What the cell's format says of its number; null for other cells.</param>
    string Cell(out NumberFormat? format)
    {
        var type = xml.GetAttribute("value-type", Office);
        var currency = xml.GetAttribute("currency", Office);
        var value = type switch
        {
            "float" or "percentage" or "currency" => xml.GetAttribute("value", Office),
            "date" => xml.GetAttribute("date-value", Office)?.Replace("T00:00:00", "", StringComparison.Ordinal).Replace('T', ' '),
            "boolean" => xml.GetAttribute("boolean-value", Office),
            _ => null,
        };
        format = type switch
        {
            "percentage" => NumberFormat.Percent,
            "float" or "currency" => NumberFormat.Plain,
            _ => null,
        };
        if (xml.IsEmptyElement)
            return value ?? "";
        var text = new StringBuilder();
        var depth = xml.Depth;
        for (var more = xml.Read(); more && !(xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth); )
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "annotation" })
            {
                xml.Skip();
                continue;
            }
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace)
                text.Append(xml.Value);
            else if (
                xml
                is { NodeType: XmlNodeType.Element, LocalName: "s" or "tab" or "line-break" }
                    or { NodeType: XmlNodeType.EndElement, LocalName: "p" }
            )
                text.Append(' ');
            more = xml.Read();
        }
        var shown = text.ToString().Trim();
        if (format is { IsPercent: false })
            format = Shown(shown, currency);
        return value ?? shown;
    }

    /// <summary>The format by what is shown: "12.5 kg" has the unit kg.</summary>
    NumberFormat Shown(string shown, string? currency)
    {
        if (currency is null && (shown.Length == 0 || char.IsAsciiDigit(shown[0]) && char.IsAsciiDigit(shown[^1])))
            return NumberFormat.Plain;
        var unit = currency ?? (NumberNotation.Read(shown, '.') ?? NumberNotation.Read(shown, ','))?.Unit ?? "";
        if (unit.Length == 0)
            return NumberFormat.Plain;
        if (!known.TryGetValue(unit, out var format))
            known[unit] = format = NumberFormat.Plain with { Unit = unit };
        return format;
    }

    int Times(string attribute) =>
        int.TryParse(xml.GetAttribute(attribute, Table), CultureInfo.InvariantCulture, out var times) ? Math.Max(1, times) : 1;

    bool Is(string name) => xml.LocalName == name && xml.NamespaceURI == Table;

    public override void Dispose() => xml.Dispose();
}
