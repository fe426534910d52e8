using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs;

/// <summary>
/// A request for the decision boundaries, response surfaces or response curves of a run's learners after the run.
/// </summary>
/// <param name="X">A numeric feature.</param>
/// <param name="Y">Another numeric feature; for a curve the category column of its lines, or null for a single line.</param>
/// <param name="Held">Fixed cells of other features, by column; features left out are fixed at their median or most frequent cell.</param>
/// <param name="Size">Points along each axis.</param>
public sealed record BoundaryRequest(string X, string? Y, IReadOnlyDictionary<string, string> Held, int Size = BoundaryRequest.UsualSize)
{
    public const int UsualSize = BoundarySurface.SurfacePoints,
        Least = 2,
        Most = 200;

    /// <summary>A request with the usual number of points.</summary>
    public static BoundaryRequest Of(FeaturePair pair, IReadOnlyDictionary<string, string> held, Schema schema) =>
        new(pair.X, pair.Y, held, pair.IsCurve(schema) ? BoundarySurface.CurvePoints : UsualSize);

    /// <summary>A safe file name, equal for equal requests.</summary>
    public string Key
    {
        get
        {
            string[] parts =
            [
                X,
                Y ?? "",
                Size.ToString(System.Globalization.CultureInfo.InvariantCulture),
                .. Held.OrderBy(h => h.Key, StringComparer.Ordinal).SelectMany(h => new[] { h.Key, h.Value }),
            ];
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(parts))))[..24];
        }
    }
}
