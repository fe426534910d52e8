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
    public int[] Of(Table table, int row)
    {
        var ids = tokenizer.Encode(prompts.Prompt(table, row));
        return ids.Length == Features + 1
            ? ids[..^1]
            : throw new LearningFailedException(
                "model-not-coded",
                $"the model's tokenizer writes row {row + 1} as {ids.Length - 1} tokens for {Features} cells",
                $"Use {InContextSettings.BuiltIn}, whose tokenizer has one token a cell."
            );
    }

    /// <summary>Cells of each row as the network reads it: its own number, or as many as there are features.</summary>
    public int CellsOf(int features) => tokenizer.LevelColumns > 0 ? tokenizer.LevelColumns : features;

    /// <summary>Features that a row can show at most.</summary>
    public int MostFeatures => tokenizer.LevelColumns > 0 ? tokenizer.LevelColumns : int.MaxValue;

    /// <summary>A row's cells in a draw's order, as the network reads them.</summary>
    public int[] InOrder(int[] row, int[] features) =>
        tokenizer.LevelColumns > 0 ? tokenizer.InPlaces(row, features) : [.. features.Select(f => row[f])];

    /// <summary>How unlike two rows are over some features: levels by their distance, letters by being others. 0 to 1 a feature.</summary>
    public double Distance(int[] a, int[] b, int[] features)
    {
        var sum = 0.0;
        foreach (var f in features)
            if (a[f] != b[f])
            {
                var far = tokenizer.IsLevel(a[f]) && tokenizer.IsLevel(b[f]) ? (a[f] - b[f]) / (double)tokenizer.Levels : 0.5;
                sum += far * far;
            }
        return sum;
    }
}
