namespace LiftLab.Engine.Figures;

public abstract partial record Series
{
    /// <summary>
    /// A grid of cells that are coloured by their values: classes by hue, numbers on the figure's <see cref="Figure.Values"/>.
    /// </summary>
    /// <param name="X">Centres of the columns, ascending; places of the categories on a category axis. Shape (W).</param>
    /// <param name="Y">Centres of the rows, ascending. Shape (H).</param>
    /// <param name="Cells">Class index or number; null where the answer could not be read. Shape (H, W), row-major.</param>
    public sealed record Heat(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double?> Cells)
        : Series(Name, Hue.Subject)
    {
        /// <summary>The class labels where cells hold class indices; empty where they hold numbers.</summary>
        public IReadOnlyList<string> Classes { get; init; } = [];

        /// <summary>
        /// The probability of each cell's class, 0 to 1, shown as depth of the colour; null where the answer could not be read. Shape (H,
        /// W),
        /// row-major. Null as a whole for full depth.
        /// </summary>
        public IReadOnlyList<double?>? Confidence { get; init; }

        /// <summary>Written into each cell; an empty text writes nothing. Null for no texts. Shape (H, W), row-major.</summary>
        public IReadOnlyList<string>? Texts { get; init; }
    }
}
