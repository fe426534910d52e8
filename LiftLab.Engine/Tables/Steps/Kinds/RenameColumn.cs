namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Gives a column another name.</summary>
public sealed record RenameColumn(string Column, string To) : TableStep
{
    protected override string Describe() => $"Rename '{Column}' to {Quoted(To)}";

    public override Stepped Apply(Table table)
    {
        var column = Find(table, Column);
        if (To.Trim() is not { Length: > 0 } to)
            throw new StepFailedException("the new name is empty", "Give a name.");
        if (to == Column)
            return new(table);
        if (table.Has(to))
            throw new StepFailedException($"there is a column '{to}' already", "Choose another name, or remove that column first.");
        return new(
            new Table(
                table.Name,
                [
                    .. table.Columns.Select(c =>
                        c == column ? c.With(name: to)
                        : c.PartOf == Column ? c.PartOfColumn(to)
                        : c
                    ),
                ]
            )
        )
        {
            Renamed = new Dictionary<string, string> { [to] = Column },
        };
    }
}
