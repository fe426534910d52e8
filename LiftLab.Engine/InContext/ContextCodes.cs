namespace LiftLab.Engine.InContext;

/// <summary>The answers of one context's rows as codes, and the meaning of each code.</summary>
/// <param name="OfRows">The code of each row, in the order written. Shape (rows of the context)</param>
/// <param name="Used">The distinct codes that are possible answers.</param>
/// <param name="Meaning">The answer that a code of probability 1 gives: weights of classes, or a number and its square. Shape
/// (used)(width)</param>
sealed record ContextCodes(int[] OfRows, int[] Used, double[][] Meaning)
{
    /// <summary>Number of codes in the network's pretraining: the digits.</summary>
    public const int Count = 10;
}
