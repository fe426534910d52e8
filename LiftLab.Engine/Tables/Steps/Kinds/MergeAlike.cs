using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>
/// Makes one of the labels of a column that differ only in case, blanks, a final stop or look-alike letters: the most frequent.
/// </summary>
public sealed record MergeAlike(string Column) : TableStep
{
    const int Shown = 3;

    protected override string Describe() => $"Merge the values of '{Column}' that look alike";

    public override Stepped Apply(Table table)
    {
        var column = Find(table, Column);
        var groups = LookAlikes.Of(column);
        var merged = LookAlikes.Merged(groups);
        return new(Changed(table, StepCells.Replace(column, text => merged.GetValueOrDefault(text, text))))
        {
            Settled = new MergeLabels(Column, merged),
            Notes =
                groups.Count == 0
                    ? [$"no values of '{Column}' look alike"]
                    :
                    [
                        .. groups
                            .Take(Shown)
                            .Select(g =>
                                $"{string.Join(" and ", g.Labels.Skip(1).Take(4).Select(l => Quoted(l.Value)))} {(g.Labels.Count > 2 ? "become" : "becomes")} {Quoted(g.Labels[0].Value)}"
                            ),
                        .. groups.Count > Shown ? [$"{groups.Count - Shown} more groups are merged"] : Array.Empty<string>(),
                    ],
        };
    }
}
