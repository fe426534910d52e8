namespace LiftLab.Engine.Tokens;

/// <summary>Takes a word of the text.</summary>
/// <param name="start">Where it stands in the normalised text.</param>
/// <param name="added">Characters at its front that a splitter put there.</param>
delegate void WordSink(ReadOnlySpan<char> word, int start, int added);

/// <summary>Splits text into words that are encoded each on its own, as the "pre_tokenizer" of a tokenizer.json names it.</summary>
abstract record SplitterStep
{
    public abstract void Apply(ReadOnlySpan<char> word, int start, int added, bool opensText, WordSink next);

    /// <summary>Runs a word through the steps from <paramref name="step"/> on.</summary>
    /// <param name="opensText">Nothing stands before the word in the whole text.</param>
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

/// <summary>What becomes of the text that a pattern matches.</summary>
enum SplitBehaviour
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Splits at the matches of a pattern.</summary>
/// <param name="Inverted">The matches are the words, and what lies between them the separators.</param>
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

/// <summary>Puts a space in front of a word that has none.</summary>
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

/// <summary>SentencePiece's writing: spaces become a visible blank, and one is put in front.</summary>
/// <param name="Prefix">When a blank is put in front of a word that has none.</param>
/// <param name="Split">A word begins at each blank.</param>
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
