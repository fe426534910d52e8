using LiftLab.Engine.Models;

namespace LiftLab.Engine.Commands;

/// <summary>Ids that a model can be given, before native code sees them.</summary>
static class InputCheck
{
    /// <exception cref="ArgumentException">An id outside the vocabulary, a mask of another length or padded on the right, or too many
    /// tokens.</exception>
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
            throw new ArgumentException("the mask may hold 0 and 1 only");
        if (mask.Zip(mask.Skip(1)).Any(p => p.First == 1 && p.Second == 0))
            throw new ArgumentException("padding must be on the left: the mask has a 0 behind a 1");
    }
}
