namespace LiftLab.Engine.Tokens;

/// <summary>Receives a word of the text.</summary>
/// <param name="start">Index of the word in the normalised text.</param>
/// <param name="added">Number of characters that a splitter added at the start of the word.</param>
delegate void WordSink(ReadOnlySpan<char> word, int start, int added);

/// <summary>Splits text into words that are encoded independently; an entry of "pre_tokenizer" in a tokenizer.json.</summary>
abstract record SplitterStep
{
    public abstract void Apply(ReadOnlySpan<char> word, int start, int added, bool opensText, WordSink next);

    /// <summary>Runs a word through the steps from <paramref name="step"/> on.</summary>
    /// <param name="opensText">Whether the word is at the start of the whole text.</param>
    public static void Apply(
        IReadOnlyList<SplitterStep> steps,
        int step,
        ReadOnlySpan<char> word,
        int start,
        int added,
        bool opensText,
        WordSink sink
    )
    {
        if (word.IsEmpty)
            return;
        if (step == steps.Count)
            sink(word, start, added);
        else
            steps[step].Apply(word, start, added, opensText, (w, s, a) => Apply(steps, step + 1, w, s, a, opensText && s == 0, sink));
    }
}

/// <summary>Treatment of the text that a pattern matches, named as in tokenizer.json.</summary>
enum SplitBehaviour
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Splits at the matches of a pattern.</summary>
/// <param name="Inverted">The matches are the words, and the text between them the separators.</param>
sealed record PatternSplitter(SplitPattern Pattern, SplitBehaviour Behaviour = SplitBehaviour.Isolated, bool Inverted = false)
    : SplitterStep
{
    public override void Apply(ReadOnlySpan<char> word, int start, int added, bool opensText, WordSink next)
    {
        var parts = Pattern.Split(word);
        for (var i = 0; i < parts.Count; )
        {
            var (from, count) = (i, 1);
            switch (Behaviour)
            {
                case SplitBehaviour.Removed when IsSeparator(parts[i]):
                    i++;
                    continue;
                case SplitBehaviour.MergedWithPrevious when !IsSeparator(parts[i]) && i + 1 < parts.Count && IsSeparator(parts[i + 1]):
                case SplitBehaviour.MergedWithNext when IsSeparator(parts[i]) && i + 1 < parts.Count && !IsSeparator(parts[i + 1]):
                    count = 2;
                    break;
                case SplitBehaviour.Contiguous:
                    while (i + count < parts.Count && parts[i + count].Matched == parts[i].Matched)
                        count++;
                    break;
                default:
                    break;
            }
            i += count;
            var (at, end) = (parts[from].Start, parts[from + count - 1].Start + parts[from + count - 1].Length);
            next(word[at..end], at == 0 ? start : start + at - added, at == 0 ? added : 0);
        }
    }

    bool IsSeparator((int Start, int Length, bool Matched) part) => part.Matched != Inverted;
}

/// <summary>Adds a space before a word that does not start with one.</summary>
sealed record SpacePrefixed : SplitterStep
{
    public override void Apply(ReadOnlySpan<char> word, int start, int added, bool opensText, WordSink next)
    {
        if (word[0] == ' ')
            next(word, start, added);
        else
            next(string.Concat(" ", word), start, added + 1);
    }
}

/// <summary>SentencePiece's format: spaces become a visible blank, and one is added at the start.</summary>
/// <param name="Prefix">Whether a blank is added before a word that does not start with one.</param>
/// <param name="Split">Whether each blank starts a new word.</param>
sealed record BlanksWritten(char Blank, BlankPrefix Prefix, bool Split) : SplitterStep
{
    public override void Apply(ReadOnlySpan<char> word, int start, int added, bool opensText, WordSink next)
    {
        var text = word.ToString().Replace(' ', Blank);
        if (text[0] != Blank && (Prefix == BlankPrefix.Always || (Prefix == BlankPrefix.First && opensText && start == 0)))
            (text, added) = (Blank + text, added + 1);
        if (!Split)
        {
            next(text, start, added);
            return;
        }
        for (int at = 0, end; at < text.Length; at = end)
        {
            end = text.IndexOf(Blank, at + 1);
            if (end < 0)
                end = text.Length;
            next(text.AsSpan(at..end), at == 0 ? start : start + at - added, at == 0 ? added : 0);
        }
    }
}

enum BlankPrefix
{
    Never,
    First,
    Always,
}
