using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live;

namespace LiftLab.Web.Pages.Studies;

/// <summary>
/// An open study that takes events. Everything that reads files or computes runs on a pool thread. One call at a time.
/// </summary>
public sealed class StudyReading
{
    readonly OpenStudy study;

    StudyReading(OpenStudy study, StudyStory story) => (this.study, Story) = (study, story);

    public StudyStory Story { get; }
    public StudyFolder Folder => study.Folder;
    public StudyCells Cells => study.Cells;

    /// <summary>What the events so far show.</summary>
    public StudyView View { get; private set; } = default!;

    /// <exception cref="KeyNotFoundException">There is no such study.</exception>
    /// <exception cref="LiftLab.Engine.Tables.BadDataException">Its folder cannot be read.</exception>
    /// <exception cref="ArgumentException">It names an experiment or a learner that this LiftLab does not have.</exception>
    public static async Task<StudyReading> OpenAsync(LabStudies studies, string id, CancellationToken cancel = default)
    {
        // The events first: answers that are written meanwhile are then read, and told again by the next events.
        var story = await studies.StoryAsync(id, cancel);
        var study = await studies.OpenAsync(id, cancel);
        return await Task.Run(() => Of(study, story), cancel);
    }

    /// <summary>Computes: call it on a pool thread.</summary>
    public static StudyReading Of(OpenStudy study, StudyStory story)
    {
        var reading = new StudyReading(study, story);
        reading.Look();
        return reading;
    }

    /// <summary>Applies events, reads the answers that they tell of, and makes the view anew.</summary>
    public Task TakeAsync(IReadOnlyList<RunEvent> batch, CancellationToken cancel) =>
        Task.Run(
            () =>
            {
                var keys = batch.Where(Story.Apply).Select(e => e.Body).OfType<CellAnswered>().Select(c => c.Key).ToArray();
                study.Take(keys);
                Look();
            },
            cancel
        );

    void Look()
    {
        var (spec, answers) = (study.Spec, study.Answers);
        string[] missing = [.. spec.Tables.Where(t => !File.Exists(study.Folder.TableFile(t))).Select(t => t.Name)];
        var cells = CellStatus.Of(study, Story);
        if (study.Experiment is not PerturbationExperiment experiment)
        {
            View = new(spec, study.Experiment, cells, null, [], study.Verdicts, study.Figures, missing);
            return;
        }
        // The board takes a bootstrap; figures and verdicts are made from the same one.
        var board = experiment.Board(spec, answers);
        var findings = RobustnessVerdict.Of(spec, board, answers.Title);
        View = new(
            spec,
            experiment,
            cells,
            board,
            findings,
            [.. findings.Select(f => f.Words)],
            [
                .. from table in spec.Tables
                from kind in spec.Kinds
                select CurvesFigure.Of(
                    table,
                    kind,
                    [.. board.Curves.Where(c => c.Table == table.Name && c.Panel == kind.Name)],
                    spec.Seeds,
                    answers.Title
                ),
            ],
            missing
        );
    }
}
