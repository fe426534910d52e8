using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Rows as one token a cell, by the prompts "coded" fitted on the training rows; the mark that ends a question stands behind them.
/// </summary>
sealed class CodedRows(TablePrompts prompts, Tokenizer tokenizer)
{
    readonly TablePrompts prompts = prompts;

    public static CodedRows Fit(LearningTask task, Tokenizer tokenizer) =>
        new(TablePrompts.Fit(PromptPresets.Coded, task.Table, task.Schema, task.Split.Train, task.Labels), tokenizer);

    public TablePrompts Prompts => prompts;

    public int Features => prompts.State.Features.Count;

    public int QuestionMark { get; } = tokenizer.PromptEndIds[0];

    /// <summary>Shape (features), in table order.</summary>
    public CodedCell[] Of(Table table, int row)
    {
        var tokens = CellTokens.Of(prompts.PromptWithPlaces(table, row), tokenizer);
        var first = tokenizer.Begin.Count;
        return tokens.Ids.Length == first + Features + 1
            ? [.. Enumerable.Range(first, Features).Select(t => new CodedCell(tokens.Ids[t], Level(tokens, t)))]
            : throw new LearningFailedException(
                "model-not-coded",
                $"the model's tokenizer writes row {row + 1} as {tokens.Ids.Length - first - 1} tokens for {Features} cells",
                $"Use {InContextSettings.BuiltIn}, whose tokenizer has one token a cell."
            );
    }

    int Level(CellTokens tokens, int token) => tokenizer.Levels > 0 ? tokens.LevelOf(token) : CellTokens.NoLevel;

    /// <summary>Cells of each row as the network reads it: its own number, or as many as there are features.</summary>
    public int CellsOf(int features) => tokenizer.LevelColumns > 0 ? tokenizer.LevelColumns : features;

    /// <summary>Features that a row can show at most.</summary>
    public int MostFeatures => tokenizer.LevelColumns > 0 ? tokenizer.LevelColumns : int.MaxValue;

    /// <summary>
    /// A row's cells in a draw's order, as the network reads them. Where the tokenizer has columns: as many cells as it has columns, levels
    /// by their places, the first cells again where the row is short.
    /// </summary>
    /// <param name="features">Indices into <paramref name="row"/>; those beyond the last place are left out.</param>
    public int[] InOrder(CodedCell[] row, int[] features)
    {
        if (tokenizer.LevelColumns == 0)
            return [.. features.Select(f => row[f].Id)];
        var many = Math.Min(features.Length, tokenizer.LevelColumns);
        var ids = new int[tokenizer.LevelColumns];
        for (var place = 0; place < ids.Length; place++)
        {
            var cell = row[features[place % many]];
            ids[place] = cell.HasLevel ? tokenizer.ColumnLevel(place, cell.Level) : cell.Id;
        }
        return ids;
    }

    /// <summary>How unlike two rows are over some features: levels by their distance, letters by being others. 0 to 1 a feature.</summary>
    public double Distance(CodedCell[] a, CodedCell[] b, int[] features)
    {
        var sum = 0.0;
        foreach (var f in features)
            if (a[f].Id != b[f].Id)
            {
                var far = a[f].HasLevel && b[f].HasLevel ? (a[f].Level - b[f].Level) / (double)tokenizer.Levels : 0.5;
                sum += far * far;
            }
        return sum;
    }
}

/// <summary>A cell as one token.</summary>
/// <param name="Level">0 to 99 where the cell is a scaled number, else <see cref="CellTokens.NoLevel"/>.</param>
readonly record struct CodedCell(int Id, int Level)
{
    public bool HasLevel => Level != CellTokens.NoLevel;
}
