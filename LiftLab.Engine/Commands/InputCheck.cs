using LiftLab.Engine.Models;

namespace LiftLab.Engine.Commands;

/// <summary>Checks a model's input before native code receives it.</summary>
static class InputCheck
{
    /// <exception cref="ArgumentException">
    /// There is no id, an id is outside the vocabulary, there are too many tokens, or the mask has another length or pads on the right.
    /// </exception>
    public static void Check(ModelConfig config, IReadOnlyList<long> ids, IReadOnlyList<long>? mask)
    {
        if (ids.Count == 0)
            throw new ArgumentException("there are no ids");
        if (
            ids.FirstOrDefault(id => id < 0 || id >= config.VocabularySize, -1) is var bad
            && ids.Any(id => id < 0 || id >= config.VocabularySize)
        )
            throw new ArgumentException($"id {bad} is outside the model's vocabulary of {config.VocabularySize}");
        if (ids.Count > config.MaxPositions)
            throw new ArgumentException($"{ids.Count} ids are more than the model's {config.MaxPositions} positions");
        if (mask is null)
            return;
        if (mask.Count != ids.Count)
            throw new ArgumentException($"the mask has {mask.Count} entries and there are {ids.Count} ids");
        if (mask.Any(m => m is not (0 or 1)))
            throw new ArgumentException("the mask may contain only 0 and 1");
        if (mask.Zip(mask.Skip(1)).Any(p => p.First == 1 && p.Second == 0))
            throw new ArgumentException("padding must be on the left: the mask has a 0 after a 1");
    }
}
