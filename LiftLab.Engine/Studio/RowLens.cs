using System.Text;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Studio;

/// <summary>A cell of the row that is looked at.</summary>
/// <param name="Index">Number of the feature in table order, from 0; the target has the number of features.</param>
/// <param name="Meaning">What its text in the prompt stands for; null where the text says it itself, or is not written.</param>
/// <param name="Written">Whether the text has the cell.</param>
/// <param name="Tokens">Number of tokens whose text lies mostly in the cell's.</param>
public sealed record LensCell(int Index, string Column, string Cell, string? Meaning, bool Written, int Tokens, bool IsTarget);

/// <summary>A part of the text that the model reads: a cell's text, or text of the template between cells.</summary>
/// <param name="Cell">The cell's number; null for text of the template.</param>
/// <param name="Meaning">What a code stands for; null for a text that says it itself.</param>
/// <param name="Trained">Whether the model is trained to write it: the answer and what joins it to the prompt.</param>
public sealed record LensPart(string Text, int? Cell, string? Meaning, bool Trained);

/// <summary>A token of the text.</summary>
/// <param name="Look">Its text with visible spaces and bytes.</param>
/// <param name="Cell">The cell in whose text most of it lies; null for the template's text.</param>
/// <param name="Trained">Whether the loss counts it.</param>
/// <param name="Added">Whether the tokenizer adds it in front of every text.</param>
public sealed record LensToken(int Id, string Look, int? Cell, bool Trained, bool Added = false);

/// <summary>
/// One row from the table to the model: cells, text, tokens, with the cell to which each piece belongs. A row without a target has no
/// answer.
/// </summary>
/// <param name="Row">From 0.</param>
/// <param name="Cells">In table order, the target last.</param>
/// <param name="Parts">The text in pieces; together they are <paramref name="Text"/>.</param>
/// <param name="Tokens">Null without a tokenizer.</param>
public sealed record RowLens(
    int Row,
    string Text,
    IReadOnlyList<LensCell> Cells,
    IReadOnlyList<LensPart> Parts,
    IReadOnlyList<LensToken>? Tokens
)
{
    /// <summary>Whether the text has codes, so that a sentence beside it helps.</summary>
    public bool IsCoded => Parts.Any(p => p.Meaning is not null && p.Cell is not null);

    /// <summary>Tokens of the template's own text.</summary>
    public int TemplateTokens => Tokens?.Count(t => t.Cell is null) ?? 0;

    /// <param name="target">The class index or the number; NaN for a row without a target.</param>
    /// <exception cref="FormatException">The template cannot write the row.</exception>
    public static RowLens Of(TablePrompts prompts, Table table, int row, double target, Tokenizer? tokenizer)
    {
        var placed = prompts.PromptWithPlaces(table, row);
        var answer = double.IsNaN(target) ? "" : prompts.Completion(target);
        var after = answer.Length == 0 ? "" : prompts.Template.Joint + answer;
        var text = placed.Text + after;
        string[] columns = [.. prompts.State.Features.Select(f => f.Name)];
        var number = columns.Select((c, i) => (c, i)).ToDictionary(c => c.c, c => c.i, StringComparer.Ordinal);
        var meaning = new CellMeaning(prompts);
        List<(int Start, int Length, int Cell, string? Meaning)> spans =
        [
            .. placed.Cells.Select(s =>
                (s.Start, s.Length, number[s.Column], meaning.Of(table[s.Column].Cells[row], s, placed.Text.Substring(s.Start, s.Length)))
            ),
        ];
        if (answer.Length > 0)
        {
            var length = answer.Length - Separators.Completion.Length;
            spans.Add((text.Length - answer.Length, length, columns.Length, meaning.OfAnswer(target, answer[..length])));
        }
        var parts = Cut(text, placed.Text.Length, spans);
        var tokens = tokenizer is null ? null : Tokenise(tokenizer, placed.Text, after, spans);
        var counts = new int[columns.Length + 1];
        foreach (var token in tokens ?? [])
            if (token.Cell is { } cell)
                counts[cell]++;
        var written = spans.Select(s => s.Cell).ToHashSet();
        var meanings = new string?[columns.Length + 1];
        foreach (var span in spans)
            meanings[span.Cell] ??= span.Meaning;
        return new(
            row,
            text,
            [
                .. columns
                    .Append(prompts.State.TargetName)
                    .Select(
                        (name, i) =>
                            new LensCell(
                                i,
                                name,
                                table.Has(name) ? table[name].Cells[row] : "",
                                meanings[i],
                                written.Contains(i),
                                counts[i],
                                i == columns.Length
                            )
                    ),
            ],
            parts,
            tokens
        );
    }

    static List<LensPart> Cut(string text, int prompt, List<(int Start, int Length, int Cell, string? Meaning)> spans)
    {
        var parts = new List<LensPart>(2 * spans.Count + 2);
        var at = 0;
        void Template(int to)
        {
            // The part before the answer begins is the question's; behind it the model is trained.
            if (at < prompt && to > prompt)
                Template(prompt);
            if (to > at)
                parts.Add(new(text[at..to], null, null, at >= prompt));
            at = Math.Max(at, to);
        }
        foreach (var (start, length, cell, meaning) in spans)
        {
            Template(start);
            if (length == 0 || start < at)
                continue;
            parts.Add(new(text.Substring(start, length), cell, meaning, start >= prompt));
            at = start + length;
        }
        Template(text.Length);
        return parts;
    }

    /// <summary>The tokens as training uses them: prompt and answer together, the loss on the answer.</summary>
    static List<LensToken> Tokenise(
        Tokenizer tokenizer,
        string prompt,
        string after,
        List<(int Start, int Length, int Cell, string? Meaning)> spans
    )
    {
        var text = prompt + after;
        var asked =
            after.Length == 0
                ? tokenizer.Encode(prompt).Length
                : tokenizer.EncodeTogether(prompt, after).Prompt.Length - tokenizer.Begin.Count;
        var utf8 = Encoding.UTF8.GetBytes(text);
        var places = new Utf8Places(text);
        (int Start, int End, int Cell)[] cells =
        [
            .. spans
                .Where(s => s.Length > 0)
                .Select(s => (places.Byte(s.Start), places.Byte(s.Start + s.Length), s.Cell))
                .OrderBy(s => s.Item1),
        ];
        var tokens = new List<LensToken>(tokenizer.Begin.Select(id => new LensToken(id, tokenizer.Decode([id]), null, false, true)));
        var next = 0;
        foreach (var piece in tokenizer.Pieces(text))
        {
            var (start, end) = (piece.Start, piece.Start + piece.Length);
            while (next < cells.Length && cells[next].End <= start)
                next++;
            (int Bytes, int? Cell) best = (0, null);
            for (var i = next; i < cells.Length && cells[i].Start < end; i++)
                if (Math.Min(end, cells[i].End) - Math.Max(start, cells[i].Start) is var shared && shared > best.Bytes)
                    best = (shared, cells[i].Cell);
            // A token that is mostly the template's own text belongs to no cell.
            var cell = 2 * best.Bytes >= piece.Length && best.Bytes > 0 ? best.Cell : null;
            tokens.Add(new(piece.Id, LookOf(utf8.AsSpan(start, piece.Length)), cell, tokens.Count - tokenizer.Begin.Count >= asked));
        }
        return tokens;
    }

    static string LookOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 0 ? "∅"
        : System.Text.Unicode.Utf8.IsValid(bytes) ? VisibleText.Of(Encoding.UTF8.GetString(bytes))
        : VisibleText.Of(bytes);
}
