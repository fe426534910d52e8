using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>
/// Rows that were typed, read as the file of the run's table was read and changed by the run's steps: a person may type "5 kg" where the
/// file had units, or a label that a step merged into another. Numbers with a decimal point are always read as such.
/// </summary>
static class AskedCells
{
    /// <param name="rows">Cells by column, under the names of the file or the run's table; a feature that a row lacks is missing.</param>
    /// <param name="typed">The columns that a person typed; the others have cells of the run's table, which stay. Null: all were
    /// typed.</param>
    /// <returns>Problems name the row (from 1) and say what was changed.</returns>
    public static AskedTable Of(
        RunSpec spec,
        LearningTask run,
        IReadOnlyList<IReadOnlyDictionary<string, string>> rows,
        IReadOnlyCollection<string>? typed = null
    )
    {
        var steps = spec.Steps ?? [];
        var formerly = FormerNames(steps);
        var problems = new List<Problem>();
        var columns = new Dictionary<string, Column>(StringComparer.Ordinal);
        string[] features = [.. run.Schema.Features.Select(f => f.Name)];
        foreach (var name in features.Concat(rows.SelectMany(r => r.Keys)).Distinct(StringComparer.Ordinal))
        {
            var source = formerly.GetValueOrDefault(name, name);
            // Where rows have a column under its name in the file, that one counts.
            var renamed = source != name && rows.Any(r => r.ContainsKey(source));
            if (!renamed && !columns.ContainsKey(source) && typed?.Contains(name) != false)
                columns[source] = Read(source, CellsOf(name), Options(spec, run, source, name), spec.Source?.DecimalMark, problems);
        }
        var given = new Table("rows", [.. features.Select(f => new Column(f, CellsOf(f)))]);
        if (columns.Count == 0)
            return AskedTable.Of(run, given, given, []);
        var stepped = AskedSteps.On(new("rows", [.. columns.Values]), steps);
        problems.AddRange(AskedSteps.Problems(stepped, steps).Where(p => p.Code != AskedSteps.RowsAnswered));
        var rest = features.Where(f => !stepped.Table.Has(f)).Select(f => given[f]);
        return AskedTable.Of(run, given, new("rows", [.. stepped.Table.Columns, .. rest]), problems);

        string[] CellsOf(string name) => [.. rows.Select(r => r.GetValueOrDefault(name, "").Trim())];
    }

    /// <summary>The name in the file of each column that steps renamed.</summary>
    static Dictionary<string, string> FormerNames(IReadOnlyList<TableStep> steps)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var step in steps.OfType<RenameColumn>())
        {
            names[step.To.Trim()] = names.GetValueOrDefault(step.Column, step.Column);
            names.Remove(step.Column);
        }
        return names;
    }

    static ColumnReadOptions Options(RunSpec spec, LearningTask run, string source, string name) =>
        spec.Source?.Columns?.GetValueOrDefault(source)
        ?? new() { Kind = run.Schema.Columns.FirstOrDefault(c => c.Name == name)?.Kind ?? ColumnKind.Text };

    static Column Read(string name, string[] cells, ColumnReadOptions options, char? mark, List<Problem> problems)
    {
        var missing = (options.Missing ?? []).ToHashSet(StringComparer.Ordinal);
        var words = (options.Words ?? []).ToHashSet(StringComparer.Ordinal);
        string[] filled = [.. cells.Select(c => IsMark(c) ? "" : c)];
        if (filled.All(c => c.Length == 0))
            return new(name, filled) { Told = options.Kind };
        var meaning = ColumnMeaning.Of(
            name,
            filled,
            filled.Count(c => NumberText.IsNumber(c)),
            filled.Count(c => c.Length > 0),
            new(mark ?? '.', Told: false, Doubt: false),
            knowsNumbers: true,
            options with
            {
                Kind = options.Kind ?? ColumnKind.Text,
            }
        );
        problems.AddRange(
            meaning
                .Problems.Where(p => p.Code is not ("marks-among-numbers" or "unreadable-cells"))
                .Select(p => p with { WhatToDo = "Type it as the run's table has it if this is wrong.", Remedies = [] })
        );
        return new(name, [.. filled.Select(Meant)]) { Told = options.Kind, Unit = meaning.Unit ?? options.Unit };

        bool IsMark(string cell) => cell.Length > 0 && (missing.Contains(cell) || MissingMark.IsSure(cell) && !words.Contains(cell));

        // What cannot be read stays as typed: the comparison with the run's column says so.
        string Meant(string cell)
        {
            var read = cell.Length > 0 && meaning.Rewritten.TryGetValue(cell, out var text) && text.Length > 0 ? text : cell;
            return options.Merged?.GetValueOrDefault(read, read) ?? read;
        }
    }
}
