using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Figures;

namespace LiftLab.Web.Pages.Studies;

/// <summary>What a study shows at one moment. Immutable, so that the page can draw it while the next one is made.</summary>
/// <param name="Cells">In the order of the plan.</param>
/// <param name="Board">Null for a question without levels of perturbations.</param>
/// <param name="Findings">One per table and kind of the board; empty without a board.</param>
/// <param name="Verdicts">Sentences; those of <paramref name="Findings"/> where there is a board.</param>
/// <param name="Figures">One per table and kind, or those of the question.</param>
/// <param name="Missing">Names of tables that are not in the study's folder any more.</param>
public sealed record StudyView(
    StudySpec Spec,
    Experiment Experiment,
    IReadOnlyList<CellStatus> Cells,
    RobustnessBoard? Board,
    IReadOnlyList<RobustnessVerdict> Findings,
    IReadOnlyList<string> Verdicts,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<string> Missing
)
{
    readonly Dictionary<(string, string, string), CellStatus[]> groups = Cells
        .GroupBy(c => (c.Cell.Table, c.Cell.Panel, c.Cell.Series))
        .ToDictionary(g => g.Key, g => g.ToArray());

    public int Planned => Cells.Count;
    public int Answered { get; } = Cells.Count(c => c.State == CellState.Answered);
    public int Failed { get; } = Cells.Count(c => c.State == CellState.Failed);

    public string Title(string learner) => LiftLab.Engine.Engine.Find(learner).Title;

    /// <summary>The cells of one curve.</summary>
    public IReadOnlyList<CellStatus> CellsOf(string table, string panel, string learner) =>
        groups.GetValueOrDefault((table, panel, learner)) ?? [];

    public RobustnessVerdict? FindingOf(string table, string panel) => Findings.FirstOrDefault(f => f.Table == table && f.Panel == panel);

    /// <summary>The figure of a kind on a table; null without a board.</summary>
    public Figure? FigureOf(string table, string panel)
    {
        if (Board is null)
            return null;
        var at = 0;
        foreach (var t in Spec.Tables)
        foreach (var kind in Spec.Kinds)
        {
            if (t.Name == table && kind.Name == panel)
                return Figures[at];
            at++;
        }
        return null;
    }
}
