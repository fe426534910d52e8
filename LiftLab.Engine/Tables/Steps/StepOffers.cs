using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Engine.Tables.Steps;

/// <summary>The steps that are offered for the problems of a table.</summary>
public static class StepOffers
{
    /// <summary>The problems of a table with a schema, each with the steps that mend it.</summary>
    public static IReadOnlyList<Problem> Problems(Table table, Schema schema) =>
        [.. TableCheck.Problems(table, schema).Select(p => p with { Remedies = Of(p, table, schema) })];

    static Remedy[] Of(Problem problem, Table table, Schema schema)
    {
        Remedy[] known = [.. problem.Remedies.Select(r => StepOf(r, problem.Code) is { } step ? r with { Step = step } : r)];
        if (problem.Code == "duplicate-rows")
            return [.. known, Offer("Leave out the repeated rows", new DropDuplicateRows(Used(table, schema)), null)];
        return problem.Column is { } name && table.Has(name) ? [.. known, .. Of(problem, table, table[name])] : known;
    }

    static IEnumerable<Remedy> Of(Problem problem, Table table, Column column)
    {
        var name = column.Name;
        Remedy Leave(string words = "Leave out these rows") => Offer(words, new DropMissingRows([name]), name);
        Remedy Fill(string words, FillWith with) => Offer(words, new FillMissing(name, with), name);
        Remedy Ignored() => Remedy.Ignore(name) with { Step = new UseColumn(name, false) };
        Remedy Numbers() => Offer("Read as numbers", new ReadNumbers(name), name);
        var facts = column.Facts;
        return problem.Code switch
        {
            "missing-cells" when facts.Numbers == facts.Filled && !facts.AreCodes && column.Told?.IsNumeric() != false =>
            [
                Fill("Fill with the median", FillWith.Median),
                Fill("Fill with the mean", FillWith.Mean),
                Leave(),
                Ignored(),
            ],
            "missing-cells" => [Fill("Fill with the most frequent value", FillWith.MostFrequent), Leave(), Ignored()],
            // These rows are left out in any case: without another remedy, the step makes that visible.
            "target-missing" when problem.Remedies.Count == 0 => [Leave()],
            "constant-column" or "empty-column" or "identifier-feature" or "many-categories" => [Ignored()],
            "not-a-number" or "numbers-with-unit" or "target-not-numeric" => [Numbers()],
            "dates-among-texts" when SpreadsheetDates.Ranges(column) is { Count: > 0 } ranges =>
            [
                Offer(
                    $"Write '{ranges.First().Key}' as '{ranges.First().Value}', and the others alike",
                    new MergeLabels(name, ranges),
                    name
                ),
            ],
            "subtotal-rows" =>
            [
                Offer("Leave out these rows", new LeaveOutRows(name, RowCondition.Is, Subtotals.Labels(table, column)), name),
            ],
            _ => [],
        };
    }

    /// <summary>The step that does what a remedy does by reading the file in another way; null where only reading can.</summary>
    static TableStep? StepOf(Remedy remedy, string code) =>
        remedy switch
        {
            { Column: { } column, Role: { } role } => new UseColumn(column, role == ColumnRole.Feature),
            { Column: { } column, Reading: { Parts: { Count: > 0 } parts } } => new ReadDates(column, parts),
            { Column: { } column, Reading.Merged: { Count: > 0 } merged } => code == "labels-alike"
                ? new MergeAlike(column)
                : new MergeLabels(column, merged),
            { Column: { } column, Reading.Missing: { Count: > 0 } texts } => code == "small-class"
                ? new LeaveOutRows(column, RowCondition.Is, texts)
                : new MarkMissing(column, texts),
            _ => null,
        };

    /// <summary>Null where all columns are used.</summary>
    static string[]? Used(Table table, Schema schema)
    {
        string[] used = [.. schema.Columns.Where(c => c.Role != ColumnRole.Ignored && table.Has(c.Name)).Select(c => c.Name)];
        return used.Length == table.Columns.Count ? null : used;
    }

    static Remedy Offer(string words, TableStep step, string? column) =>
        new(words, $"--step {Remedy.Quoted(StepFile.Text(step))}", column) { Step = step };
}
