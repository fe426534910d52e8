using System.Text;

namespace LiftLab.Engine.Launching.Commands;

/// <summary>Who reads the words of a command template.</summary>
public enum TemplateShell
{
    /// <summary>Nobody: each word is one argument of the program.</summary>
    None,

    /// <summary>/bin/sh on this machine: the template is a script, and values are quoted for it.</summary>
    Here,

    /// <summary>A shell on another machine, as with ssh: the words go to the program here, with values quoted for that shell.</summary>
    There,
}

/// <summary>
/// A command with placeholders in braces. It is divided into words before values are put in, so that a value never becomes two words.
/// Quotes group: <c>'…'</c> and <c>"…"</c>.
/// </summary>
sealed class CommandTemplate
{
    /// <summary>The engine's command: as a word of its own it becomes as many words as the command has.</summary>
    public const string Command = "command";

    /// <summary>The handles of several jobs, each a word.</summary>
    public const string Handles = "handles";

    readonly string text;
    readonly TemplateShell shell;
    readonly IReadOnlyList<string> words;

    CommandTemplate(string text, TemplateShell shell, IReadOnlyList<string> words) =>
        (this.text, this.shell, this.words) = (text, shell, words);

    /// <param name="known">The placeholders that have a value.</param>
    /// <param name="fault">What is wrong, as the end of a sentence that names the setting; null for nothing.</param>
    public static CommandTemplate? Parse(string text, TemplateShell shell, IReadOnlyCollection<string> known, out string? fault)
    {
        fault = null;
        var words = shell == TemplateShell.Here ? [text] : Split(text, out fault);
        if (fault is not null)
            return null;
        if (words.Count == 0 || words[0].Trim().Length == 0)
            fault = "is empty: write the command, for example \"my-submit {name} {command}\"";
        else if (shell != TemplateShell.Here && Placeholders(words[0]).Any())
            fault = $"begins with a placeholder: the first word is the program ('{words[0]}')";
        else if (words.SelectMany(Placeholders).FirstOrDefault(p => !known.Contains(p)) is { } wrong)
            fault = $"has the placeholder {{{wrong}}}: use {string.Join(", ", known.Select(k => $"{{{k}}}"))}";
        return fault is null ? new(text, shell, words) : null;
    }

    public bool Has(string placeholder) => words.Any(w => Placeholders(w).Contains(placeholder));

    /// <summary>The program and its arguments.</summary>
    /// <param name="values">By placeholder; several values become several words.</param>
    public IReadOnlyList<string> Expand(IReadOnlyDictionary<string, IReadOnlyList<string>> values) =>
        shell == TemplateShell.Here ? ["/bin/sh", "-c", Fill(text, values, quoted: true)] : [.. words.SelectMany(w => Word(w, values))];

    IEnumerable<string> Word(string word, IReadOnlyDictionary<string, IReadOnlyList<string>> values)
    {
        var quoted = shell == TemplateShell.There;
        var whole = Placeholders(word).FirstOrDefault();
        return whole is not null && word == $"{{{whole}}}"
            ? values[whole].Select(v => quoted ? ShellText.Quote(v) : v)
            : [Fill(word, values, quoted || values.Any(v => v.Value.Count > 1 && Placeholders(word).Contains(v.Key)))];
    }

    static string Fill(string text, IReadOnlyDictionary<string, IReadOnlyList<string>> values, bool quoted)
    {
        var filled = new StringBuilder();
        var at = 0;
        foreach (var (start, name) in Found(text))
        {
            filled.Append(text, at, start - at);
            filled.Append(quoted ? ShellText.Join(values[name]) : string.Join(' ', values[name]));
            at = start + name.Length + 2;
        }
        return filled.Append(text, at, text.Length - at).ToString();
    }

    static IEnumerable<string> Placeholders(string text) => Found(text).Select(f => f.Name);

    /// <summary>"{name}" of lower-case letters; "${NAME}" of a shell and the braces of JSON are left as they are.</summary>
    static IEnumerable<(int Start, string Name)> Found(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '{' || (i > 0 && text[i - 1] == '$'))
                continue;
            var end = i + 1;
            while (end < text.Length && char.IsAsciiLetterLower(text[end]))
                end++;
            if (end > i + 1 && end < text.Length && text[end] == '}')
                yield return (i, text[(i + 1)..end]);
        }
    }

    static List<string> Split(string text, out string? fault)
    {
        fault = null;
        var (words, word, open) = (new List<string>(), new StringBuilder(), false);
        char? quote = null;
        foreach (var c in text)
            if (quote is not null)
            {
                if (c == quote)
                    quote = null;
                else
                    word.Append(c);
            }
            else if (c is '\'' or '"')
                (quote, open) = (c, true);
            else if (char.IsWhiteSpace(c))
            {
                if (open || word.Length > 0)
                    words.Add(word.ToString());
                (word, open) = (new(), false);
            }
            else
                word.Append(c);
        if (open || word.Length > 0)
            words.Add(word.ToString());
        if (quote is not null)
            fault = $"has an opening {quote} that is never closed";
        return words;
    }
}
