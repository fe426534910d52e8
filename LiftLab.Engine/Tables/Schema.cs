namespace LiftLab.Engine.Tables;

/// <summary>The kind of a column's cells. Text is free text; an identifier names the row and does not predict the target.</summary>
public enum ColumnKind
{
    Number,
    Integer,
    Category,
    Text,
    Identifier,

    /// <summary>
    /// A date, with or without a time of day: 2024-03-01. It is used through numbers computed from it, see <see cref="DatePart"/>.
    /// </summary>
    Date,

    /// <summary>A time of day, in hours.</summary>
    Time,

    /// <summary>A length of time, in seconds.</summary>
    Duration,
}

public static class ColumnKinds
{
    /// <summary>Whether the cells of this kind are numbers.</summary>
    public static bool IsNumeric(this ColumnKind kind) =>
        kind is ColumnKind.Number or ColumnKind.Integer or ColumnKind.Time or ColumnKind.Duration;
}

public enum ColumnRole
{
    Feature,
    Target,
    Ignored,
}

public enum TaskKind
{
    Classification,
    Regression,
}

/// <summary>The schema of one column. <see cref="ValueLabels"/> maps codes to texts (1 = "an English speaker").</summary>
public sealed record ColumnSchema(string Name, ColumnKind Kind, ColumnRole Role = ColumnRole.Feature)
{
    public string? Unit { get; init; }
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string>? ValueLabels { get; init; }

    /// <summary>What prompts and sentences call the column ("the wife's age"); null: its name.</summary>
    public string? ReadableName { get; init; }

    /// <summary>The label of each of these values; null where a label is missing or two values have the same one.</summary>
    public IReadOnlyList<string>? LabelsOf(IEnumerable<string> values)
    {
        string?[] labels = [.. values.Select(v => ValueLabels?.GetValueOrDefault(v))];
        return labels.All(l => l is { Length: > 0 }) && labels.Distinct(StringComparer.OrdinalIgnoreCase).Count() == labels.Length
            ? [.. labels.OfType<string>()]
            : null;
    }

    public bool Equals(ColumnSchema? other) =>
        other is not null
        && (Name, Kind, Role, Unit, Description, ReadableName)
            == (other.Name, other.Kind, other.Role, other.Unit, other.Description, other.ReadableName)
        && (ValueLabels?.Count ?? 0) == (other.ValueLabels?.Count ?? 0)
        && (ValueLabels is null || ValueLabels.All(l => other.ValueLabels!.TryGetValue(l.Key, out var label) && label == l.Value));

    public override int GetHashCode() => HashCode.Combine(Name, Kind, Role, Unit);
}

/// <summary>
/// The meaning of a table: one entry per column in table order; exactly one column is the target. The user confirms a guessed schema.
/// </summary>
public sealed record Schema(IReadOnlyList<ColumnSchema> Columns, TaskKind Task)
{
    /// <exception cref="InvalidOperationException">No target has been chosen.</exception>
    [System.Text.Json.Serialization.JsonIgnore]
    public ColumnSchema Target =>
        Columns.FirstOrDefault(c => c.Role == ColumnRole.Target) ?? throw new InvalidOperationException("the schema has no target column");

    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<ColumnSchema> Features => [.. Columns.Where(c => c.Role == ColumnRole.Feature)];

    /// <summary>
    /// This schema, which was guessed from a table that was read again, with everything of a former schema whose guess has not changed: the
    /// columns, and target and task.
    /// </summary>
    /// <param name="formerGuess">The guess from the table as it was read before.</param>
    public Schema Keeping(Schema former, Schema formerGuess)
    {
        var wanted = former.Columns.ToDictionary(c => c.Name);
        var guessed = formerGuess.Columns.ToDictionary(c => c.Name);
        bool Same(ColumnSchema now) =>
            guessed.TryGetValue(now.Name, out var then)
            && wanted.ContainsKey(now.Name)
            && (then.Kind, then.Unit) == (now.Kind, now.Unit)
            && (then.Role == now.Role || then.Role != ColumnRole.Ignored && now.Role != ColumnRole.Ignored);
        ColumnSchema[] columns = [.. Columns.Select(c => Same(c) ? wanted[c.Name] : c)];
        var target = former.Columns.FirstOrDefault(c => c.Role == ColumnRole.Target)?.Name;
        if (target is not null && columns.Any(c => c.Name == target))
            return (this with { Columns = columns }).WithTarget(target, former.Task);
        bool IsTarget(int i) => columns[i].Role == ColumnRole.Target || Columns[i].Role == ColumnRole.Target;
        return this with { Columns = [.. columns.Select((c, i) => IsTarget(i) ? Columns[i] : c)] };
    }

    /// <summary>The same schema with one column changed.</summary>
    public Schema WithColumn(string name, Func<ColumnSchema, ColumnSchema> change) =>
        this with
        {
            Columns = [.. Columns.Select(c => c.Name == name ? change(c) : c)],
        };

    /// <summary>The same schema with another target; the old target becomes a feature.</summary>
    public Schema WithTarget(string name, TaskKind task) =>
        this with
        {
            Task = task,
            Columns =
            [
                .. Columns.Select(c =>
                    c.Name == name ? c with { Role = ColumnRole.Target }
                    : c.Role == ColumnRole.Target ? c with { Role = ColumnRole.Feature }
                    : c
                ),
            ],
        };
}
