namespace LiftLab.Web.Charts;

/// <summary>Width in pixels of a mark whose area grows with its number of rows.</summary>
static class MarkSize
{
    const double Least = 7,
        Range = 15;

    public static double Of(double weight, double heaviest) => Least + Range * Math.Sqrt(weight / Math.Max(heaviest, double.Epsilon));
}
