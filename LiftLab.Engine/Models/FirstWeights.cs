using System.Text.Json;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>Settings of a model's random initial weights, from which they can be drawn again with the same or another seed.</summary>
/// <param name="Seed">Seed of all random numbers.</param>
/// <param name="Deviation">Standard deviation of embeddings and linear weights.</param>
/// <param name="TokenDeviation">Standard deviation of the token embedding; 0 for that of the other weights.</param>
/// <param name="OrdinalLevels">Whether level tokens get an ordinal code, see <see cref="Initialisation.OrderLevels"/>.</param>
/// <param name="OrdinalDecay">Exponent with which the code's amplitudes decrease with frequency.</param>
public sealed record FirstWeights(long Seed, double Deviation, double TokenDeviation, bool OrdinalLevels, double OrdinalDecay)
{
    /// <summary>File in the folder of a model made with this program that records how it was made.</summary>
    public const string RecipeFile = "recipe.json";

    /// <summary>Reads the initial weights' settings of an untrained model.</summary>
    /// <param name="folder">The model folder.</param>
    /// <returns>Null if the model has been trained, was initialised as a kernel classifier, or has no readable recipe file.</returns>
    public static FirstWeights? OfUntrained(string folder)
    {
        var path = Path.Combine(folder, RecipeFile);
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            var recipe = document.RootElement;
            if (recipe.GetProperty("steps").GetInt64() > 0 || (recipe.TryGetProperty("kernel", out var kernel) && kernel.GetDouble() > 0))
                return null;
            return new(
                recipe.GetProperty("seed").GetInt64(),
                recipe.GetProperty("deviation").GetDouble(),
                recipe.GetProperty("tokenDeviation").GetDouble(),
                recipe.GetProperty("ordinalLevels").GetBoolean(),
                recipe.GetProperty("ordinalDecay").GetDouble()
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        } // a file of that name in another format
    }

    /// <param name="firstLevel">Id of level 0.</param>
    /// <param name="levels">Levels per column; 0 for a vocabulary without levels.</param>
    /// <param name="columns">Number of columns that have their own level tokens.</param>
    public void Apply(LanguageModel model, int firstLevel, int levels, int columns)
    {
        var start = new Initialisation(Deviation);
        start.Apply(model, Seed);
        if (OrdinalLevels && levels > 0)
            start.OrderLevels(model, firstLevel, levels, columns, Seed, OrdinalDecay);
        if (TokenDeviation <= 0)
            return;
        using var frozen = no_grad();
        foreach (var weight in model.Tokens.Layer.Weights)
            weight.Value.MultiplyInPlace(TokenDeviation / Deviation);
    }
}
