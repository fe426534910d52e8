using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Figures;

namespace LiftLab.Engine.Experiments;

/// <summary>A question about perturbations: one figure of curves per table and kind, one verdict each.</summary>
public abstract class PerturbationExperiment(string name, string title, string theme, string? paper) : Experiment(name, title, theme, paper)
{
    public override IReadOnlyList<Figure> Draw(StudySpec study, StudyAnswers answers)
    {
        var board = Board(study, answers);
        return
        [
            .. from table in study.Tables
            from kind in study.Kinds
            select CurvesFigure.Of(
                table,
                kind,
                [.. board.Curves.Where(c => c.Table == table.Name && c.Panel == kind.Name)],
                study.Seeds,
                answers.Title
            ),
        ];
    }

    public override IReadOnlyList<string> Verdicts(StudySpec study, StudyAnswers answers) =>
        [.. RobustnessVerdict.Of(study, Board(study, answers), answers.Title).Select(v => $"{About(study, v)}: {v.Words}")];

    static string About(StudySpec study, RobustnessVerdict verdict) =>
        (study.Tables.Count > 1 ? verdict.Table + ", " : "") + study.Kinds.First(k => k.Name == verdict.Panel).Title;

    public RobustnessBoard Board(StudySpec study, StudyAnswers answers) =>
        answers.Once(study, () => RobustnessBoard.Of(study, Plan(study), answers));
}
