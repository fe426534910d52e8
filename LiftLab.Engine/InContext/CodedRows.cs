using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Rows with one token per cell, written by the prompt template "coded" fitted on the training rows and followed by the separator that ends
/// a question.
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
                $"Use {InContextSettings.BuiltIn}, whose tokenizer has one token per cell."
            );
    }

    int Level(CellTokens tokens, int token) => tokenizer.Levels > 0 ? tokens.LevelOf(token) : CellTokens.NoLevel;

    /// <summary>Cells per row in the network's input: the network's fixed number, or the number of features.</summary>
    public int CellsOf(int features) => tokenizer.LevelColumns > 0 ? tokenizer.LevelColumns : features;

    /// <summary>Maximum features per row.</summary>
    public int MostFeatures => tokenizer.LevelColumns > 0 ? tokenizer.LevelColumns : int.MaxValue;

    /// <summary>
    /// Token ids of a row's cells in a draw's order. If the tokenizer has level columns, there are as many cells as level columns, each
    /// level is written with the token of its position, and short rows repeat their first cells.
    /// </summary>
    /// <param name="features">Indices into <paramref name="row"/>; those beyond the last position are dropped.</param>
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

    /// <summary>
    /// Squared distance of two rows over some features, 0 to 1 per feature: levels by their difference, letters by inequality.
    /// </summary>
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
/// <param name="Level">0 to 99 if the cell is a scaled number, else <see cref="CellTokens.NoLevel"/>.</param>
readonly record struct CodedCell(int Id, int Level)
{
    public bool HasLevel => Level != CellTokens.NoLevel;
}
