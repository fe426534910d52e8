namespace LiftLab.Engine.Figures;

public abstract partial record Series
{
    /// <summary>
    /// A grid of cells coloured by value: classes by hue, numbers on the scale <see cref="Figure.Values"/>.
    /// </summary>
    /// <param name="X">Centres of the columns, ascending; positions of the categories on a category axis. Shape (W).</param>
    /// <param name="Y">Centres of the rows, ascending. Shape (H).</param>
    /// <param name="Cells">Class index or number; null where the answer is unreadable. Shape (H, W), row-major.</param>
    public sealed record Heat(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double?> Cells)
        : Series(Name, Hue.Subject)
    {
        /// <summary>The class labels if cells are class indices; empty if they are numbers.</summary>
        public IReadOnlyList<string> Classes { get; init; } = [];

        /// <summary>
        /// Probability (0 to 1) of each cell's class, shown as colour intensity; null where the answer is unreadable. Shape (H, W),
        /// row-major. Null instead of a list: full intensity.
        /// </summary>
        public IReadOnlyList<double?>? Confidence { get; init; }

        /// <summary>Text in each cell; may be empty. Null for no texts. Shape (H, W), row-major.</summary>
        public IReadOnlyList<string>? Texts { get; init; }
    }
}
