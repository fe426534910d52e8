using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Writing;

/// <summary>The texts of tokens, and their places in the text that they write together.</summary>
sealed class TokenTexts(Tokenizer tokenizer)
{
    /// <summary>Tokens before a continuation with which it is decoded: some tokenizers write the first token of a text otherwise.</summary>
    const int Before = 4;

    const char Incomplete = '\uFFFD';

    public string Of(int id) => tokenizer.Decode([id]);

    /// <summary>Reads the prompt of a text.</summary>
    public void Read(GrowingText text)
    {
        if (text.Request.Ids is { } ids)
            (text.Ids, text.PromptText) = ([.. ids], tokenizer.Decode(ids));
        else
            (text.Ids, text.PromptText) = (tokenizer.EncodePrompt(text.Request.Text ?? ""), text.Request.Text ?? "");
    }

    /// <summary>The prompt's tokens with their places, without those that the model puts before every text.</summary>
    public IReadOnlyList<TextToken> Prompt(GrowingText text)
    {
        if (text.Request.Ids is { } ids)
            return Pieces([], ids, 0);
        return
        [
            .. tokenizer.Ranges(text.PromptText).Select(r => new TextToken(r.Id, text.PromptText.Substring(r.Start, r.Length), r.Start)),
        ];
    }

    /// <summary>The text that the written tokens add to the prompt; an incomplete character at its end is left out.</summary>
    public string Written(GrowingText text)
    {
        var tail = Tail(text);
        var (before, all) = (tokenizer.Decode(tail), tokenizer.Decode([.. tail, .. text.Written]));
        var added = all.Length >= before.Length ? all[before.Length..] : "";
        return text.IsHungry ? added.TrimEnd(Incomplete) : added;
    }

    static int[] Tail(GrowingText text) => text.Ids is { } ids ? ids[^Math.Min(Before, ids.Length)..] : [];

    /// <summary>Tokens of ids with their places, where no text tells them.</summary>
    List<TextToken> Pieces(IReadOnlyList<int> before, IReadOnlyList<int> ids, int start)
    {
        var (pieces, skipped) = (new List<TextToken>(ids.Count), tokenizer.Decode(before).Length);
        var known = "";
        for (var i = 0; i < ids.Count; i++)
        {
            var text = tokenizer.Decode([.. before, .. ids.Take(i + 1)])[skipped..].TrimEnd(Incomplete);
            pieces.Add(new(ids[i], text.Length > known.Length ? text[known.Length..] : "", start + Math.Min(known.Length, text.Length)));
            known = text;
        }
        return pieces;
    }
}
