namespace LiftLab.Engine.InContext;

/// <summary>The answers of one context's rows as codes, and what each code stands for.</summary>
/// <param name="OfRows">The code of each row, in the order written. Shape (rows of the context)</param>
/// <param name="Used">The codes that a row can be answered with, each once.</param>
/// <param name="Meaning">What a code adds to an answer when it is certain: parts of classes, or a number and its square. Shape
/// (used)(width)</param>
sealed record ContextCodes(int[] OfRows, int[] Used, double[][] Meaning)
{
    /// <summary>Codes that the network was taught: the digits.</summary>
    public const int Count = 10;
}
