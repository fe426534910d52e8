using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables;

/// <summary>What a bundled table is and where it is from: <c>data/&lt;name&gt;.json</c> beside <c>data/&lt;name&gt;.csv</c>.</summary>
public sealed record TableCard(string Title, string Description, string Target, TaskKind Task, int Rows, string Source, string Licence)
{
    /// <summary>By column, where the name does not say it.</summary>
    public IReadOnlyDictionary<string, string> Units { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Descriptions { get; init; } = new Dictionary<string, string>();

    /// <summary>By column, then by code.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> ValueLabels { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Columns that are no features.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Kinds that the cells do not tell: a postal code is no number.</summary>
    public IReadOnlyDictionary<string, ColumnKind> Kinds { get; init; } = new Dictionary<string, ColumnKind>();

    /// <summary>The schema guessed for the card's table, with what the card knows better.</summary>
    public Schema SchemaFor(Table table)
    {
        var schema = SchemaGuess.Guess(table).WithTarget(Target, Task);
        return schema with
        {
            Columns =
            [
                .. schema.Columns.Select(c =>
                    c with
                    {
                        Kind = Kinds.TryGetValue(c.Name, out var kind) ? kind : c.Kind,
                        Role = Ignored.Contains(c.Name) ? ColumnRole.Ignored : c.Role,
                        Unit = Units.GetValueOrDefault(c.Name),
                        Description = Descriptions.GetValueOrDefault(c.Name),
                        ValueLabels = ValueLabels.GetValueOrDefault(c.Name),
                    }
                ),
            ],
        };
    }
}
