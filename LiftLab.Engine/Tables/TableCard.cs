using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables;

/// <summary>Description and source of a bundled table: <c>data/&lt;name&gt;.json</c> beside <c>data/&lt;name&gt;.csv</c>.</summary>
public sealed record TableCard(string Title, string Description, string Target, TaskKind Task, int Rows, string Source, string Licence)
{
    /// <summary>Unit by column, where the column name does not state it.</summary>
    public IReadOnlyDictionary<string, string> Units { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Descriptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Text of a code, by column, then by code.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> ValueLabels { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Columns that are not used as features.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Kind by column, where the guess from the cells is wrong: a postal code is not a number.</summary>
    public IReadOnlyDictionary<string, ColumnKind> Kinds { get; init; } = new Dictionary<string, ColumnKind>();

    /// <summary>The guessed schema of the card's table; entries of the card replace guesses.</summary>
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
                        Kind = table[c.Name].Told ?? (Kinds.TryGetValue(c.Name, out var kind) ? kind : c.Kind),
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
