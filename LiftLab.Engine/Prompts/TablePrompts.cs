using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// The prompts of one table: a template fitted to the table's schema and training rows. The same object writes prompts and
/// reads answers: <c>Read(Write(row).Completion)</c> is the row's target at the written precision.
/// </summary>
public sealed class TablePrompts
{
    readonly TemplateText text;
    readonly AnswerReader reader;
    readonly bool integersAsDecimals,
        integersOnly;
    readonly int[] order;

    /// <exception cref="FormatException">The template's text is not a valid template.</exception>
    public TablePrompts(PromptState state)
    {
        State = state;
        Template.Numbers.Check();
        text = new(Template.Text);
        order = [.. state.Order ?? [.. Enumerable.Range(0, state.Features.Count)]];
        // A data frame of numbers alone is floating point throughout in the paper's code; beside words, integers stay integers.
        integersOnly = state.TargetIsInteger && state.Features.All(f => f.Kind == ColumnKind.Integer);
        integersAsDecimals = state.Task == TaskKind.Classification ? state.Features.All(f => f.IsNumeric) : !integersOnly;
        Completions = [.. state.Labels.Select((label, i) => WriteClass(label, i) + Separators.Completion)];
        reader = new(state, [.. Completions.Select(c => c[..^Separators.Completion.Length])]);
    }

    /// <summary>Fits the template: scales and the answer's range come from the training rows alone.</summary>
    /// <param name="labels">Classification: the labels in class order; else empty.</param>
    public static TablePrompts Fit(
        PromptTemplate template,
        Table table,
        Schema schema,
        IReadOnlyList<int> trainRows,
        IReadOnlyList<string> labels
    )
    {
        var scaled = template.Numbers.Style == NumberStyle.Scaled;
        var symbols = 0;
        PromptFeature Feature(ColumnSchema column)
        {
            var numeric = column.Kind is ColumnKind.Number or ColumnKind.Integer;
            var scale =
                scaled && numeric ? ColumnScale.Fit(trainRows.Select(r => table[column.Name].Numbers[r]), template.Numbers.Clip) : null;
            var codes = scaled && !numeric ? CategoryCodes.Fit(trainRows.Select(r => table[column.Name].Cells[r]), symbols) : null;
            symbols += codes?.Symbols ?? 0;
            return new(column.Name, column.Kind, column.Unit, column.ValueLabels, scale, codes);
        }
        var target =
            scaled && schema.Task == TaskKind.Regression
                ? TargetScale.Fit(trainRows.Select(r => table[schema.Target.Name].Numbers[r]), template.Numbers.TargetLevels)
                : null;
        return new(
            new PromptState(
                template,
                schema.Task,
                schema.Target.Name,
                [.. schema.Features.Select(Feature)],
                labels,
                schema.Target.Kind == ColumnKind.Integer,
                target
            )
        );
    }

    public PromptState State { get; }

    public PromptTemplate Template => State.Template;

    /// <summary>Classification: the completion of every label, in class order, with its end mark. Regression: empty.</summary>
    public IReadOnlyList<string> Completions { get; }

    /// <summary>The same prompts with the features in another order; the number of a column stays its own.</summary>
    public TablePrompts WithOrder(IReadOnlyList<int> featureOrder) => new(State with { Order = featureOrder });

    /// <summary>The row's question and answer. The row must have a target.</summary>
    public Example Write(Table table, int row) => new(Prompt(table, row), Completion(table, row));

    /// <summary>The question, up to and with <c>###</c>. Columns are found by name; the target may be absent.</summary>
    public string Prompt(Table table, int row) => Prompt([.. State.Features.Select(f => table[f.Name].Cells[row])]);

    /// <param name="cells">One per feature, in table order; empty for missing.</param>
    public string Prompt(IReadOnlyList<string> cells)
    {
        var features = new FeatureText[order.Length];
        for (var i = 0; i < order.Length; i++)
            features[i] = Feature(order[i], cells[order[i]]);
        var row = new Dictionary<string, string>(cells.Count, StringComparer.Ordinal);
        for (var i = 0; i < cells.Count; i++)
            row[State.Features[i].Name] = cells[i].Length > 0 ? cells[i] : Template.Missing;
        return text.Render(features, row, State.TargetName);
    }

    /// <summary>The answer of a row that has a target.</summary>
    /// <exception cref="ArgumentException">The row's target is missing, no number, or no known label.</exception>
    public string Completion(Table table, int row)
    {
        var column = table[State.TargetName];
        if (State.Task == TaskKind.Regression)
            return Completion(column.Numbers[row]);
        for (var i = 0; i < State.Labels.Count; i++)
            if (string.Equals(State.Labels[i], column.Cells[row], StringComparison.Ordinal))
                return Completions[i];
        throw new ArgumentException(
            $"row {row + 1}: '{column.Cells[row]}' is not one of the labels {string.Join(", ", State.Labels)}",
            nameof(row)
        );
    }

    /// <summary>The answer for a target: a class index, or a number in the target's unit.</summary>
    public string Completion(double target)
    {
        if (State.Task == TaskKind.Classification)
            return Completions[(int)target];
        if (!double.IsFinite(target))
            throw new ArgumentException("the target is not a number", nameof(target));
        return (State.Target, Template.Numbers.Style) switch
            {
                ({ } scale, _) => scale.Write(target),
                (_, NumberStyle.AsWritten) => target.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
                _ when integersOnly => NumberFormat.Integer(target),
                _ => NumberFormat.Fixed(target, Template.Numbers.TargetDecimals),
            } + Separators.Completion;
    }

    /// <summary>What an answer says.</summary>
    /// <param name="answer">What the model wrote after the prompt, or the prompt and what followed.</param>
    /// <param name="prompt">The prompt, where the text begins with it.</param>
    public Answer Read(string answer, string? prompt = null) => reader.Read(answer, prompt);

    FeatureText Feature(int i, string cell)
    {
        var feature = State.Features[i];
        var value = cell.Length == 0 ? Template.Missing : Value(feature, cell);
        var wording = feature.ValueLabels is { } words && words.TryGetValue(cell, out var word) ? word : value;
        return new(
            feature.Name,
            value,
            wording,
            cell,
            i + 1,
            feature.Unit ?? "",
            cell.Length == 0,
            feature.IsNumeric,
            feature.Codes is { } codes && cell.Length > 0 ? codes.Letter(cell) : value,
            feature.Codes?.Symbol(cell) ?? value,
            feature.Codes?.Symbol(cell) ?? Token(feature, i, cell, value)
        );
    }

    string Value(PromptFeature feature, string cell)
    {
        if (!feature.IsNumeric || Template.Numbers.Style == NumberStyle.AsWritten)
            return cell;
        var number = Column.ParseNumber(cell);
        if (!double.IsFinite(number))
            return cell;
        if (feature.Scale is { } scale)
            return NumberFormat.Level(scale.Level(number));
        return feature.Kind == ColumnKind.Integer && !integersAsDecimals
            ? NumberFormat.Integer(number)
            : NumberFormat.Fixed(number, Template.Numbers.Decimals);
    }

    static string Token(PromptFeature feature, int i, string cell, string value) =>
        feature.Scale is { } scale && Column.ParseNumber(cell) is var number && double.IsFinite(number)
            ? NumberFormat.Level(i + 1, scale.Level(number))
            : value;

    string WriteClass(string label, int index) =>
        Template.Classes == ClassWording.Label || State.Labels.All(IsInteger)
            ? label
            : index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    static bool IsInteger(string label) =>
        int.TryParse(label, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _);
}
