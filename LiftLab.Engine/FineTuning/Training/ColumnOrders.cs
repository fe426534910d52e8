using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>Orders in which a row's columns are written, to train with and to average answers over.</summary>
static class ColumnOrders
{
    /// <summary>The table's own order first, then others, always the same for one table width.</summary>
    public static TablePrompts[] Of(TablePrompts prompts, int count)
    {
        var width = prompts.State.Features.Count;
        var random = new Random(width);
        var all = new List<TablePrompts> { prompts };
        for (var i = 1; i < count && width > 1; i++)
        {
            int[] order = [.. Enumerable.Range(0, width)];
            random.Shuffle(order);
            all.Add(prompts.WithOrder(order));
        }
        return [.. all];
    }
}
