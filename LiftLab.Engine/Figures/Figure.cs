namespace LiftLab.Engine.Figures;

/// <summary>
/// A chart as data: axes, series, caption and the table behind it. It holds no pixels, no colours and no format; painters choose those.
/// Serialises as JSON with <c>RunJson</c>'s options.
/// </summary>
/// <param name="Title">What is shown ("Confusion matrix of LIFT").</param>
/// <param name="Series">In drawing order, the first at the back.</param>
/// <param name="Table">The same facts as text, for readers of numbers.</param>
public sealed partial record Figure(string Title, Axis X, Axis Y, IReadOnlyList<Series> Series, DataTable Table)
{
    /// <summary>How to read the figure: what marks, colours and bars mean. Plain text.</summary>
    public string Caption { get; init; } = "";

    /// <summary>One sentence with the main facts, for a screen reader.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Reference lines and bars, in drawing order behind the series.</summary>
    public IReadOnlyList<Segment> Segments { get; init; } = [];

    /// <summary>Texts inside the drawing.</summary>
    public IReadOnlyList<Note> Notes { get; init; } = [];

    /// <summary>The colour scale of numbers in heat maps and marks; null where no colour stands for a number.</summary>
    public ValueScale? Values { get; init; }

    /// <summary>Set while there is no value to draw: what the figure waits for.</summary>
    public string? Waiting { get; init; }

    /// <summary>Height in pixels that the drawing needs, title and caption excluded; null where any height does.</summary>
    public double? Height { get; init; }
}
