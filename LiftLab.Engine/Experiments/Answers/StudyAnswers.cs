namespace LiftLab.Engine.Experiments.Answers;

/// <summary>The scores of a study's cells as far as they are answered.</summary>
/// <param name="title">The title of a learner by name.</param>
public sealed class StudyAnswers(Func<string, string> title)
{
    readonly Dictionary<string, CellScores> byPlace = new(StringComparer.Ordinal);
    (StudySpec Study, object Result)? computed;

    /// <summary>Null while the cell is not answered.</summary>
    public CellScores? this[string place] => byPlace.GetValueOrDefault(place);

    public int Count => byPlace.Count;

    /// <summary>The title of a learner, for figures and sentences.</summary>
    public string Title(string learner) => title(learner);

    public void Add(Cell cell, CellScores scores)
    {
        byPlace[cell.Place] = scores;
        computed = null;
    }

    /// <summary>A result that figures and sentences of one study share: it is computed once for the same answers.</summary>
    public T Once<T>(StudySpec study, Func<T> compute)
        where T : class
    {
        if (computed is { } known && ReferenceEquals(known.Study, study) && known.Result is T result)
            return result;
        result = compute();
        computed = (study, result);
        return result;
    }

    /// <summary>The answers of the cells that the store has; each probe is read once.</summary>
    public static StudyAnswers Read(IEnumerable<(Cell Cell, string Key)> cells, AnswerStore store, Func<string, string> title)
    {
        var answers = new StudyAnswers(title);
        var read = new Dictionary<string, CellScores?>(StringComparer.Ordinal);
        foreach (var (cell, key) in cells)
        {
            if (!read.TryGetValue(key, out var scores))
                read[key] = scores = store.Read(key) is { } stored ? CellScores.Of(stored) : null;
            if (scores is not null)
                answers.Add(cell, scores);
        }
        return answers;
    }
}
