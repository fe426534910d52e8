using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>Column orders for training and for averaging answers.</summary>
static class ColumnOrders
{
    /// <summary>The table's own order first, then random ones, which depend only on the number of columns.</summary>
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
