using System.Globalization;
using System.IO.Compression;
using System.Xml;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>
/// Looks at all sheets of an XLSX file before the library reads it: counts rows and cells, and refuses what the library would spend
/// gigabytes on. The parts are recognised by their content, because their names can be anything.
/// </summary>
sealed class SheetScan
{
    const int LastRow = 1_048_576;
    const int LastColumn = 16_384;

    /// <summary>A spreadsheet program allows 32,767 characters in a cell.</summary>
    const int LongestText = 1 << 20;
    const long MostSharedText = 64L << 20;
    const int Piece = 16;
    const int MostStyles = 1 << 18;
    const int MostErrors = 1 << 16;
    const int LongestError = 20;

    /// <summary>A whole number with so many digits is not exact as the library reads it.</summary>
    const int InexactDigits = 16;
    const int MostDigits = 40;
    const int MostLongNumbers = 1 << 22;

    readonly TableReadOptions options;
    readonly CancellationToken cancel;
    readonly Dictionary<string, SheetLook> parts = new(StringComparer.OrdinalIgnoreCase);

    SheetScan(TableReadOptions options, CancellationToken cancel) => (this.options, this.cancel) = (options, cancel);

    /// <returns>The sheets in the order of the workbook; null where its list of sheets is not understood.</returns>
    /// <exception cref="BadDataException">A cell lies outside a sheet's limits, or there are too many cells or too much text.</exception>
    /// <exception cref="XmlException">A part is damaged.</exception>
    public static IReadOnlyList<SheetLook>? Of(byte[] bytes, TableReadOptions options, CancellationToken cancel)
    {
        var scan = new SheetScan(options, cancel);
        using var archive = new ZipArchive(new CancellableBytes(bytes, cancel), ZipArchiveMode.Read);
        foreach (var entry in archive.Entries)
            scan.Part(entry);
        return scan.InOrder(archive);
    }

    void Part(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var xml = Open(stream);
        try
        {
            if (xml.MoveToContent() != XmlNodeType.Element)
                return;
        }
        catch (XmlException)
        {
            return; // a picture or another part that is not XML
        }
        switch (xml.LocalName)
        {
            case "worksheet":
                parts[entry.FullName] = Sheet(xml);
                break;
            case "sst":
                SharedTexts(xml);
                break;
            case "styleSheet":
                Styles(xml);
                break;
        }
    }

    SheetLook Sheet(XmlReader xml)
    {
        var errors = new Dictionary<(int, int), string>();
        var longNumbers = new Dictionary<(int, int), string>();
        string? firstUncomputed = null;
        var uncomputed = 0;
        int rows = 0,
            columns = 0,
            wide = 0,
            inRow = 0,
            row = 0,
            column = 0;
        long cells = 0,
            text = 0;
        bool filled = false,
            inCell = false,
            isError = false,
            isNumber = false,
            inFormula = false,
            hasFormula = false,
            hasValue = false,
            rowIsHidden = false;
        int hiddenRows = 0,
            firstHidden = 0;
        List<(int From, int To)> hiddenColumns = [];
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "row")
            {
                EndRow();
                row = int.TryParse(xml.GetAttribute("r"), CultureInfo.InvariantCulture, out var number) ? number : row + 1;
                column = 0;
                rowIsHidden = IsTrue(xml.GetAttribute("hidden"));
                if (row is < 1 or > LastRow)
                    throw Outside($"row {xml.GetAttribute("r")}");
                if ((row & 1023) == 0)
                    cancel.ThrowIfCancellationRequested();
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "col" && IsTrue(xml.GetAttribute("hidden")))
            {
                if (
                    int.TryParse(xml.GetAttribute("min"), CultureInfo.InvariantCulture, out var from)
                    && int.TryParse(xml.GetAttribute("max"), CultureInfo.InvariantCulture, out var to)
                    && hiddenColumns.Count < LastColumn
                )
                    hiddenColumns.Add((from, to));
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "c")
            {
                EndCell();
                var name = xml.GetAttribute("r");
                column = name is null ? column + 1 : ColumnOf(name);
                if (column is < 1 or > LastColumn)
                    throw Outside(name is null ? $"column {column}" : $"cell {name}");
                if (++cells > options.MaxCells)
                    throw Refuse(
                        "too-many-cells",
                        $"a sheet has more than {options.MaxCells} cells",
                        "Save a sample of the rows, or save the sheet as CSV."
                    );
                inCell = !xml.IsEmptyElement;
                var type = xml.GetAttribute("t");
                (isError, isNumber) = (type == "e", type is null or "n");
            }
            else if (inCell && xml.NodeType == XmlNodeType.Element && xml.LocalName == "f")
                (hasFormula, inFormula) = (true, !xml.IsEmptyElement);
            else if (inCell && xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "f")
                inFormula = false;
            else if (inCell && xml.NodeType == XmlNodeType.Element && xml.LocalName is "v" or "is")
                hasValue = true;
            else if (inCell && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                var place = (row - 1, column - 1);
                if ((isError || isNumber) && !inFormula && !filled)
                {
                    var length = Begin(xml);
                    text += length;
                    if (isError && errors.Count < MostErrors)
                        errors[place] = new(chunk, 0, Math.Min(length, LongestError));
                    else if (isNumber && IsLong(chunk.AsSpan(0, length)))
                        longNumbers[place] = new(chunk, 0, length);
                    if (longNumbers.Count > MostLongNumbers)
                        throw Refuse(
                            "too-many-long-numbers",
                            $"a sheet has more than {MostLongNumbers} whole numbers with over 15 digits",
                            "Save the sheet as CSV."
                        );
                }
                else if (isNumber && !inFormula)
                    longNumbers.Remove(place); // its text is in several pieces
                filled |= !inFormula;
                // Text in many formatted pieces counts with its pieces: the library joins them one by one.
                if ((text += Text(xml) + Piece) > LongestText)
                    throw TooLong();
            }
            else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "sheetData")
                break;
        }
        EndRow();
        return new("", false, rows, columns, wide)
        {
            Errors = errors,
            LongNumbers = longNumbers,
            Uncomputed = uncomputed,
            FirstUncomputed = firstUncomputed,
            HiddenRows = hiddenRows,
            FirstHiddenRow = firstHidden,
            HiddenColumns =
            [
                .. hiddenColumns
                    .SelectMany(c => Enumerable.Range(c.From, Math.Max(0, Math.Min(c.To, columns) - c.From + 1)))
                    .Distinct()
                    .Select(NameOf),
            ],
        };

        void EndCell()
        {
            if (filled)
            {
                inRow++;
                columns = Math.Max(columns, column);
            }
            else if (hasFormula && !hasValue && uncomputed++ == 0)
                firstUncomputed = PlaceOf(row, column);
            (filled, inCell, text) = (false, false, 0);
            (isError, isNumber, inFormula, hasFormula, hasValue) = (false, false, false, false, false);
        }

        void EndRow()
        {
            EndCell();
            if (inRow > 0 && rowIsHidden && hiddenRows++ == 0)
                firstHidden = row;
            if (inRow > 0)
                rows++;
            if (inRow > 1)
                wide++;
            inRow = 0;
        }
    }

    void SharedTexts(XmlReader xml)
    {
        long total = 0;
        while (xml.Read())
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && (total += Text(xml) + Piece) > MostSharedText)
                throw Refuse(
                    "too-much-text",
                    $"the cells of the workbook hold more than {ByteWords.Of(MostSharedText)} of text",
                    "Save the sheet as CSV, or remove columns with long texts."
                );
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "si" && (total += Piece) > MostSharedText)
                throw Refuse("too-much-text", "the workbook has too many different texts", "Save the sheet as CSV.");
    }

    void Styles(XmlReader xml)
    {
        var elements = 0;
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && ++elements > MostStyles)
                throw Refuse("too-many-styles", "the workbook has too many cell formats", "Save the sheet as CSV.");
            cancel.ThrowIfCancellationRequested();
        }
    }

    readonly char[] chunk = new char[1 << 12];

    /// <summary>Reads the beginning of a text into <see cref="chunk"/>.</summary>
    /// <returns>Its length; that of the chunk for a text that goes on.</returns>
    int Begin(XmlReader xml)
    {
        int length = 0,
            read;
        while ((read = xml.ReadValueChunk(chunk, length, chunk.Length - length)) > 0)
            length += read;
        return length;
    }

    /// <summary>The length of a text, which is never in memory as a whole.</summary>
    long Text(XmlReader xml)
    {
        long length = 0;
        int read;
        while ((read = xml.ReadValueChunk(chunk, 0, chunk.Length)) > 0)
            if ((length += read) > LongestText)
                throw TooLong();
        return length;
    }

    static BadDataException TooLong() =>
        Refuse("cell-too-long", $"a cell has more than {LongestText} characters", "Shorten the text, or save the sheet as CSV.");

    List<SheetLook>? InOrder(ZipArchive archive)
    {
        if (archive.GetEntry("xl/workbook.xml") is not { } book || archive.GetEntry("xl/_rels/workbook.xml.rels") is not { } links)
            return null;
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var stream = links.Open())
        using (var xml = Open(stream))
            while (xml.Read())
                if (xml.NodeType == XmlNodeType.Element && xml is { LocalName: "Relationship" } && xml.GetAttribute("Id") is { } id)
                    targets[id] = PathOf(xml.GetAttribute("Target") ?? "");
        var sheets = new List<SheetLook>();
        using (var stream = book.Open())
        using (var xml = Open(stream))
            while (xml.Read())
                if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "sheet" && xml.GetAttribute("name") is { } name)
                {
                    var part = IdOf(xml) is { } id && targets.TryGetValue(id, out var target) ? parts.GetValueOrDefault(target) : null;
                    var hidden = xml.GetAttribute("state") is "hidden" or "veryHidden";
                    sheets.Add((part ?? new("", false, 0, 0, 0)) with { Name = name, Hidden = hidden });
                }
        return sheets.Count > 0 && sheets.Any(s => s.FilledRows > 0) ? sheets : null;
    }

    static string? IdOf(XmlReader xml)
    {
        string? id = null;
        while (xml.MoveToNextAttribute())
            if (xml is { LocalName: "id", NamespaceURI.Length: > 0 })
                id = xml.Value;
        xml.MoveToElement();
        return id;
    }

    static string PathOf(string target) =>
        target.StartsWith('/') ? target[1..] : "xl/" + target.Replace("./", "", StringComparison.Ordinal);

    static int ColumnOf(string place)
    {
        long column = 0;
        foreach (var c in place)
        {
            if (!char.IsAsciiLetter(c))
                break;
            column = Math.Min(int.MaxValue, column * 26 + (char.ToUpperInvariant(c) - 'A' + 1));
        }
        return (int)column;
    }

    /// <summary>A whole number, without an exponent, that has more digits than the library reads exactly.</summary>
    static bool IsLong(ReadOnlySpan<char> text)
    {
        var digits = text is ['-', ..] ? text[1..] : text;
        return digits.Length is >= InexactDigits and <= MostDigits && !digits.ContainsAnyExceptInRange('0', '9');
    }

    static bool IsTrue(string? attribute) => attribute is "1" or "true";

    static string PlaceOf(int row, int column) => NameOf(column) + row.ToString(CultureInfo.InvariantCulture);

    static string NameOf(int column)
    {
        var letters = "";
        for (; column > 0; column = (column - 1) / 26)
            letters = (char)('A' + (column - 1) % 26) + letters;
        return letters;
    }

    static XmlReader Open(Stream stream) =>
        XmlReader.Create(
            stream,
            new()
            {
                DtdProcessing = DtdProcessing.Prohibit,
                IgnoreComments = true,
                XmlResolver = null,
            }
        );

    static BadDataException Outside(string what) =>
        Refuse(
            "cell-outside",
            $"the workbook names {what}; a sheet has {LastRow} rows and {LastColumn} columns (XFD)",
            "The file is damaged or made up: open it in a spreadsheet program and save it again."
        );

    static BadDataException Refuse(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
