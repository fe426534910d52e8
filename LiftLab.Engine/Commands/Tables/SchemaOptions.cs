using System.CommandLine;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Tables;

/// <summary>The options of commands that learn from a table: what is predicted, as what, and from which columns.</summary>
sealed class SchemaOptions
{
    readonly Option<string?> target = new("--target") { Description = "The column to predict; default: guessed." };
    readonly Option<string?> task = new("--task") { Description = "What the target is: class or number; default: guessed." };
    readonly Option<string[]> features = new("--features")
    {
        Description =
            "Columns to predict from, separated by commas; default: all but the target. A name with a comma is recognised, can be put in quotes, or given alone: the option can be repeated.",
    };

    readonly Option<string?> words = new("--words")
    {
        Description =
            "A JSON file with the words of columns: {\"age\": {\"name\": \"the wife's age\", \"unit\": \"years\", \"labels\": {\"1\": \"young\"}}}.",
    };

    /// <param name="withFeatures">Whether the command can choose features.</param>
    public void AddTo(Command command, bool withFeatures = false)
    {
        task.AcceptOnlyFromAmong(TaskWord.Accepted);
        command.Options.Add(target);
        command.Options.Add(task);
        command.Options.Add(words);
        if (withFeatures)
            command.Options.Add(features);
    }

    /// <summary>The table with the schema that the options describe.</summary>
    /// <exception cref="ArgumentException">The table has no such column, or no target is known.</exception>
    public OpenedTable Apply(ParseResult parsed, OpenedTable opened)
    {
        var schema = opened.Schema;
        if (parsed.GetValue(target) is { } name)
            schema = WithTarget(schema, opened.Table, name);
        if (parsed.GetValue(task) is { } kind)
            schema = schema with { Task = TaskWord.Read(kind) };
        if (parsed.GetValue(features) is { Length: > 0 } lists)
        {
            var chosen = lists.SelectMany(list => NameList.Read(list, opened.Table)).ToHashSet(StringComparer.Ordinal);
            schema = schema with { Columns = [.. schema.Columns.Select(c => WithRole(c, chosen.Contains(c.Name)))] };
        }
        if (parsed.GetValue(words) is { } file)
            schema = ColumnText.Apply(file, schema);
        return ReferenceEquals(schema, opened.Schema) ? opened : opened.With(schema);
    }

    /// <exception cref="ArgumentException">The schema has no target.</exception>
    public static Schema WithKnownTarget(OpenedTable opened) =>
        opened.Schema.Columns.Any(c => c.Role == ColumnRole.Target)
            ? opened.Schema
            : throw new ArgumentException(
                $"no target could be guessed: name one with --target; the columns are {QuotedNames.Of(opened.Table.Columns.Select(c => c.Name))}"
            );

    static Schema WithTarget(Schema schema, Table table, string name) =>
        schema.Columns.Any(c => c.Name == name && c.Role == ColumnRole.Target)
            ? schema
            : schema.WithTarget(NameList.Known(table, name), SchemaGuess.TaskOf(table[name]));

    static ColumnSchema WithRole(ColumnSchema column, bool chosen) =>
        column.Role == ColumnRole.Target ? column : column with { Role = chosen ? ColumnRole.Feature : ColumnRole.Ignored };
}
