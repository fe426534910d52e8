using System.Text.Json.Serialization;

namespace LiftLab.Engine.Figures;

/// <summary>Values that are drawn alike. NaN is a gap.</summary>
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
    /// <summary>False where another entry of the legend stands for this series too.</summary>
    public bool InLegend { get; init; } = true;

    /// <summary>A curve through points in ascending order of x.</summary>
    /// <param name="X">Shape (points).</param>
    /// <param name="Y">Shape (points).</param>
    public sealed record Line(string Name, Hue Hue, IReadOnlyList<double> X, IReadOnlyList<double> Y) : Series(Name, Hue)
    {
        /// <summary>Stroke in pixels at the usual text size.</summary>
        public double Width { get; init; } = 2;

        /// <summary>Every point has a mark.</summary>
        public bool Marked { get; init; }
    }

    /// <summary>The area between two curves, such as mean ± standard deviation.</summary>
    /// <param name="X">Ascending. Shape (points).</param>
    /// <param name="Low">Shape (points).</param>
    /// <param name="High">Shape (points).</param>
    public sealed record Band(string Name, Hue Hue, IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High)
        : Series(Name, Hue);

    /// <summary>Marks on the plane of two number axes.</summary>
    /// <param name="X">Shape (marks).</param>
    /// <param name="Y">Shape (marks).</param>
    public sealed record Marks(string Name, Hue Hue, IReadOnlyList<double> X, IReadOnlyList<double> Y) : Series(Name, Hue)
    {
        /// <summary>Numbers that the marks' colours stand for, on the figure's <see cref="Figure.Values"/>; null for the hue.</summary>
        public IReadOnlyList<double>? Values { get; init; }

        /// <summary>Weight of each mark: its area grows with it, relative to the largest; null for equal marks.</summary>
        public IReadOnlyList<double>? Weights { get; init; }

        /// <summary>What each mark says when it is pointed at; null for its coordinates.</summary>
        public IReadOnlyList<string>? Texts { get; init; }

        /// <summary>An open star instead of the hue's own shape.</summary>
        public bool Star { get; init; }
    }
}
