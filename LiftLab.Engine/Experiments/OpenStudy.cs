using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Experiments;

/// <summary>A study with the scores of its answers so far. Reads no table. Not thread-safe.</summary>
public sealed class OpenStudy
{
    readonly HashSet<string> taken = new(StringComparer.Ordinal);
    readonly AnswerStore store;

    OpenStudy(StudyFolder folder, StudyCells cells, Func<string, LearnerEntry> find)
    {
        (Folder, Cells, store) = (folder, cells, folder.Answers);
        Experiment = ExperimentList.Find(cells.Study.Experiment);
        Answers = new(name => find(name).Title);
    }

    public StudyFolder Folder { get; }
    public StudyCells Cells { get; }
    public StudySpec Spec => Cells.Study;
    public Experiment Experiment { get; }
    public StudyAnswers Answers { get; }

    public IReadOnlyList<Figure> Figures => Experiment.Draw(Spec, Answers);

    public IReadOnlyList<string> Verdicts => Experiment.Verdicts(Spec, Answers);

    /// <exception cref="Tables.BadDataException">study.json cannot be read.</exception>
    /// <exception cref="ArgumentException">It names an experiment or a learner that there is not.</exception>
    public static OpenStudy Read(StudyFolder folder, Func<string, LearnerEntry> find)
    {
        var study = new OpenStudy(folder, StudyCells.Of(folder.ReadSpec(), find), find);
        study.Take(study.Cells.All.Select(c => c.Key.Hash));
        return study;
    }

    /// <summary>Reads the answers under keys that were not read before.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Take(IEnumerable<string> keys)
    {
        var news = false;
        foreach (var key in keys)
        {
            if (taken.Contains(key) || Cells.Of(key) is not { Count: > 0 } cells || store.Read(key) is not { } stored)
                continue;
            taken.Add(key);
            var scores = CellScores.Of(stored);
            foreach (var (cell, _) in cells)
                Answers.Add(cell, scores);
            news = true;
        }
        return news;
    }
}
