namespace LiftLab.Engine.Figures;

public abstract partial record Series
{
    /// <summary>One mark with an interval per category. One axis of the figure has the categories.</summary>
    /// <param name="Name">Legend entry of the items that are not highlighted.</param>
    public sealed record Points(string Name, Hue Hue, IReadOnlyList<Figure.Point> Items) : Series(Name, Hue)
    {
        /// <summary>Legend entry of the highlighted items.</summary>
        public string Highlighted { get; init; } = "";
    }

    /// <summary>One bar from zero with an interval per category. One axis of the figure has the categories.</summary>
    public sealed record Bars(string Name, Hue Hue, IReadOnlyList<Figure.Point> Items) : Series(Name, Hue);
}
