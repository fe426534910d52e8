using System.Text.Json;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>
/// How a model's weights begin before anything is learned: enough to draw them again, the same or, with another seed, others.
/// </summary>
/// <param name="Seed">Of every random number.</param>
/// <param name="Deviation">Standard deviation of embeddings and linear weights.</param>
/// <param name="TokenDeviation">Standard deviation of token vectors; 0 for that of the other weights.</param>
/// <param name="OrdinalLevels">Whether level tokens begin with an ordinal code, see <see cref="Initialisation.OrderLevels"/>.</param>
/// <param name="OrdinalDecay">How fast the code's amplitudes fall with frequency.</param>
public sealed record FirstWeights(long Seed, double Deviation, double TokenDeviation, bool OrdinalLevels, double OrdinalDecay)
{
    /// <summary>Beside the weights of a model that was made here: how it was made.</summary>
    public const string RecipeFile = "recipe.json";

    /// <summary>The first weights of a model that has learned nothing since.</summary>
    /// <param name="folder">Of the model.</param>
    /// <returns>Null for a model that has learned, that began as a kernel classifier, or whose making is not written beside it.</returns>
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
        } // somebody else's file of that name
    }

    /// <param name="firstLevel">Id of level 0.</param>
    /// <param name="levels">Levels a column; 0 for a vocabulary without.</param>
    /// <param name="columns">Columns with levels of their own.</param>
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
