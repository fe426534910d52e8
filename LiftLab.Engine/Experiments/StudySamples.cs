using LiftLab.Engine.Experiments.Work;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;

namespace LiftLab.Engine.Experiments;

/// <summary>A few rows of a study's table before and after the perturbation of a cell, made as the worker makes them.</summary>
/// <param name="Clean">Without the perturbation.</param>
/// <param name="Learnt">What the learners are fitted on.</param>
/// <param name="Asked">What the learners are asked about; the same as <paramref name="Learnt"/> where the training rows are
/// changed.</param>
/// <param name="Touched">Number of rows that were changed or added.</param>
public sealed record StudySamples(
    LearningTask Clean,
    LearningTask Learnt,
    LearningTask Asked,
    IReadOnlyList<SampledRow> Rows,
    int Touched,
    PerturbationStage Stage
)
{
    /// <summary>Reads the table, splits it and applies the perturbation of a cell. May take seconds: call it on a pool thread.</summary>
    /// <param name="count">Number of rows at most; they are spread over all changed rows.</param>
    /// <exception cref="Tables.BadDataException">The table is gone, was changed, or cannot be split.</exception>
    /// <exception cref="CannotApplyException">The perturbation cannot be applied; the message is the reason.</exception>
    public static async Task<StudySamples> ReadAsync(
        StudyFolder folder,
        StudySpec spec,
        Cell cell,
        int count,
        CancellationToken cancel = default
    )
    {
        var (fit, test) = (cell.Probe.Fit, cell.Probe.Test);
        var clean = await new StudyTasks(folder, spec).CleanAsync(cell.Table, fit.SplitSeed);
        cancel.ThrowIfCancellationRequested();
        var training = PerturbationList.Apply(clean, fit.Training);
        if (test is null)
            return new(
                clean,
                training.Task,
                training.Task,
                Spread(TrainingRows(clean, training), count),
                training.Touched.Count,
                PerturbationStage.Training
            );
        var asked = PerturbationList.Apply(training.Task, test);
        return new(
            clean,
            training.Task,
            asked.Task,
            Spread(TestRows(training.Task, asked), count),
            asked.Touched.Count,
            PerturbationStage.Test
        );
    }

    /// <summary>Changed rows; else added ones, else those that are left out, else test rows, whose columns are others.</summary>
    static List<SampledRow> TrainingRows(LearningTask clean, Perturbed changed)
    {
        var (touched, rows) = (changed.Touched.ToHashSet(), clean.Table.RowCount);
        var after = changed.Task.Split.Train;
        var edited = after.Where(r => r < rows && touched.Contains(r)).Order().Select(r => new SampledRow(r, r)).ToList();
        var added = after.Where(r => r >= rows).Order().Select(r => new SampledRow(null, r)).ToList();
        var removed = clean.Split.Train.Except(after).Order().Select(r => new SampledRow(r, null)).ToList();
        return edited.Count > 0 ? edited
            : added.Count > 0 ? added
            : removed.Count > 0 ? removed
            : [.. clean.Split.Test.Select(r => new SampledRow(r, r))];
    }

    /// <summary>Changed rows; all where the prompts have other words.</summary>
    static List<SampledRow> TestRows(LearningTask clean, Perturbed changed)
    {
        var (touched, before, after) = (changed.Touched.ToHashSet(), clean.Split.Test, changed.Task.Split.Test);
        var worded = changed.Task.Wording != clean.Wording;
        return
        [
            .. Enumerable
                .Range(0, after.Count)
                .Where(i => worded || touched.Contains(after[i]))
                .Select(i => new SampledRow(before[changed.Origins?[i] ?? i], after[i]))
                .DistinctBy(r => r.Before),
        ];
    }

    static List<SampledRow> Spread(List<SampledRow> rows, int count) =>
        rows.Count <= count ? rows : [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Count / count)])];
}

/// <summary>A row before and after a perturbation.</summary>
/// <param name="Before">Row number in the clean table, from 0; null for a row that was added.</param>
/// <param name="After">Row number in the changed table, from 0; null for a row that was left out.</param>
public sealed record SampledRow(int? Before, int? After);
