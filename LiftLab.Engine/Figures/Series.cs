using System.Text.Json.Serialization;

namespace LiftLab.Engine.Figures;

/// <summary>Values with a common style. NaN is a gap.</summary>
/// <param name="Name">Legend entry; empty for none.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Line), "line")]
[JsonDerivedType(typeof(Band), "band")]
[JsonDerivedType(typeof(Marks), "marks")]
[JsonDerivedType(typeof(Points), "points")]
[JsonDerivedType(typeof(Bars), "bars")]
[JsonDerivedType(typeof(Heat), "heat")]
public abstract partial record Series(string Name, Hue Hue)
{
    /// <summary>False where another legend entry represents this series too.</summary>
    public bool InLegend { get; init; } = true;

    /// <summary>A curve through points in ascending order of x.</summary>
    /// <param name="X">Shape (points).</param>
    /// <param name="Y">Shape (points).</param>
    public sealed record Line(string Name, Hue Hue, IReadOnlyList<double> X, IReadOnlyList<double> Y) : Series(Name, Hue)
    {
        /// <summary>Stroke width in pixels at the normal text size.</summary>
        public double Width { get; init; } = 2;

        public Dash Dash { get; init; }

        /// <summary>Every point has a mark.</summary>
        public bool Marked { get; init; }
    }

    /// <summary>The area between two curves, such as mean ± standard deviation.</summary>
    /// <param name="X">Ascending. Shape (points).</param>
    /// <param name="Low">Shape (points).</param>
    /// <param name="High">Shape (points).</param>
    public sealed record Band(string Name, Hue Hue, IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High)
        : Series(Name, Hue);

    /// <summary>A scatter plot over two numeric axes.</summary>
    /// <param name="X">Shape (marks).</param>
    /// <param name="Y">Shape (marks).</param>
    public sealed record Marks(string Name, Hue Hue, IReadOnlyList<double> X, IReadOnlyList<double> Y) : Series(Name, Hue)
    {
        /// <summary>Numbers shown as colours on the scale <see cref="Figure.Values"/>; null for the hue. Shape (marks).</summary>
        public IReadOnlyList<double>? Values { get; init; }

        /// <summary>The area of a mark grows with its weight, relative to the largest; null for equal marks. Shape (marks).</summary>
        public IReadOnlyList<double>? Weights { get; init; }

        /// <summary>Opacity of each mark, 0 to 1; null for the usual one. Shape (marks).</summary>
        public IReadOnlyList<double>? Opacities { get; init; }

        /// <summary>Tooltip of each mark; null for its coordinates. Shape (marks).</summary>
        public IReadOnlyList<string>? Texts { get; init; }

        /// <summary>An open star instead of the hue's own shape.</summary>
        public bool Star { get; init; }
    }
}
