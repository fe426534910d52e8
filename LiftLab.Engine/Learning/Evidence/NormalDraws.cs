namespace LiftLab.Engine.Learning.Evidence;

public static class NormalDraws
{
    /// <summary>A standard normal number (Box and Muller 1958); uses two draws of the generator.</summary>
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
