namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// The prompts of some rows as token ids. Equal prompts are listed once, because a decision-boundary grid contains many; prompts that leave
/// no room for an answer in the model's context are left out.
/// </summary>
sealed class AskedPrompts
{
    readonly List<int[]> ids = [];

    /// <param name="room">Maximum tokens of a prompt.</param>
    public AskedPrompts(IReadOnlyList<string> texts, AnswerTokens tokens, int room)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        Places = new int?[texts.Count];
        for (var i = 0; i < texts.Count; i++)
        {
            if (!places.TryGetValue(texts[i], out var place))
            {
                var written = tokens.Prompt(texts[i]);
                place = written.Length <= room ? ids.Count : -1;
                if (place >= 0)
                    ids.Add(written);
                places[texts[i]] = place;
            }
            Places[i] = place < 0 ? null : place;
        }
    }

    /// <summary>The distinct prompts that fit.</summary>
    public IReadOnlyList<int[]> Ids => ids;

    /// <summary>Index of each row's prompt in <see cref="Ids"/>; null where it is too long.</summary>
    public int?[] Places { get; }
}
