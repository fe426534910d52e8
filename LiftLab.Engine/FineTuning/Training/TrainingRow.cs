namespace LiftLab.Engine.FineTuning.Training;

/// <summary>One training sequence.</summary>
/// <param name="Ids">Token ids, T of them.</param>
/// <param name="Labels">T entries: the token id at positions that the model is trained to predict, <see cref="Unlabelled"/>
/// elsewhere.</param>
public sealed record TrainingRow(int[] Ids, int[] Labels)
{
    /// <summary>Marks tokens that the loss ignores (prompt and padding), as in PyTorch.</summary>
    public const int Unlabelled = -100;

    public int Length => Ids.Length;

    /// <summary>Number of labels after the first token, which nothing predicts.</summary>
    public int LabelCount => LabelPlaces.Count();

    /// <summary>The positions of those labels.</summary>
    public IEnumerable<int> LabelPlaces => Enumerable.Range(1, Math.Max(0, Length - 1)).Where(t => Labels[t] != Unlabelled);

    /// <summary>A row with labels on the completion only.</summary>
    public static TrainingRow Completion(IReadOnlyList<int> prompt, IReadOnlyList<int> completion)
    {
        int[] ids = [.. prompt, .. completion];
        var labels = new int[ids.Length];
        Array.Fill(labels, Unlabelled, 0, prompt.Count);
        Array.Copy(ids, prompt.Count, labels, prompt.Count, completion.Count);
        return new(ids, labels);
    }
}
