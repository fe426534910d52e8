namespace LiftLab.Engine.Learning.Texts;

/// <summary>
/// A text while a model continues it, a few tokens at a time. Written by the model's thread; others read it when the text is over.
/// </summary>
/// <param name="grown">Receives the parts of the continuation that are final; null where nobody listens.</param>
/// <param name="cancel">Nobody waits for the text any more.</param>
public sealed class GrowingText(TextRequest request, int index, Action<TextPiece>? grown, CancellationToken cancel)
{
    readonly List<TextToken> written = [];
    int shown,
        shownTokens;

    public TextRequest Request => request;

    /// <summary>Maximum tokens to write; settled when the model has read the prompt.</summary>
    public int Most { get; set; } = request.MaxTokens ?? int.MaxValue;

    /// <summary>Token ids of the prompt, with those that the model puts before every text; null before the model has read it.</summary>
    public int[]? Ids { get; set; }

    /// <summary>The prompt as text.</summary>
    public string PromptText { get; set; } = "";

    /// <summary>The prompt's tokens where the request echoes them; null before they are scored.</summary>
    public IReadOnlyList<TextToken>? Prompt { get; set; }

    /// <summary>State of the random draws; kept by the model.</summary>
    public object? Sampler { get; set; }

    /// <summary>The ids that were written, and the text that they mean after the prompt.</summary>
    public List<int> Written { get; } = [];

    public string Text { get; set; } = "";

    public TextEnd? End { get; private set; }

    /// <summary>Why the text cannot be continued; null if it can.</summary>
    public Exception? Failure { get; set; }

    public bool IsAbandoned => cancel.IsCancellationRequested;

    public bool IsOver => End is not null || Failure is not null || IsAbandoned;

    /// <summary>Whether something is left to write.</summary>
    public bool IsHungry => !IsOver && Written.Count < Most;

    public void Add(TextToken token) => written.Add(token);

    /// <summary>Tells the listener of everything that no stop text can take back.</summary>
    /// <param name="final">Characters of <see cref="Text"/> that are final.</param>
    public void Show(int final)
    {
        if (grown is null || final <= shown && End is null)
            return;
        var tokens = written
            .Skip(shownTokens)
            .TakeWhile(t => End is not null || t.Start - PromptText.Length + t.Text.Length <= final)
            .ToArray();
        if (final > shown || tokens.Length > 0)
            grown(new(index, Text[shown..final], tokens));
        (shown, shownTokens) = (Math.Max(shown, final), shownTokens + tokens.Length);
    }

    /// <summary>Ends the text, which is cut before a stop text first.</summary>
    public void Finish(TextEnd end, int? cutAt = null)
    {
        if (cutAt is { } cut)
        {
            Text = Text[..cut];
            written.RemoveAll(t => t.Start - PromptText.Length >= cut);
        }
        End = end;
        Show(Text.Length);
    }

    /// <summary>The text when it is over.</summary>
    public WrittenText Result() => new(Text, End ?? TextEnd.Length, Prompt ?? [], written, PromptText, Ids?.Length ?? 0, Written.Count);
}
