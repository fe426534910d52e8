namespace LiftLab.Engine.Models;

/// <summary>Change of the rotary frequencies of models that were extended to longer texts.</summary>
/// <param name="Factor">Divisor of the frequencies.</param>
/// <param name="Bands">Wavelengths to which the division is restricted; null for all.</param>
public sealed record RotaryScaling(double Factor, RotaryBands? Bands = null)
{
    /// <param name="frequency">Radians per position.</param>
    public double Apply(double frequency)
    {
        if (Bands is not { } bands || frequency == 0)
            return frequency / Factor;
        var turns = bands.Positions * frequency / (2 * Math.PI); // of this frequency over the original positions
        if (turns > bands.High)
            return frequency;
        if (turns < bands.Low)
            return frequency / Factor;
        var kept = (turns - bands.Low) / (bands.High - bands.Low);
        return (1 - kept) * frequency / Factor + kept * frequency;
    }
}

/// <summary>
/// Llama 3's rule: frequencies with more than <paramref name="High"/> turns over the original positions are kept, those with fewer than
/// <paramref name="Low"/> are divided, and those between are interpolated.
/// </summary>
/// <param name="Positions">Maximum sequence length before the extension.</param>
public sealed record RotaryBands(double Low, double High, double Positions);
