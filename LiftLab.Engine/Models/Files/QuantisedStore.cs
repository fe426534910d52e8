namespace LiftLab.Engine.Models.Files;

/// <summary>Recognises weights that were saved quantised: their numbers mean nothing without scales and a code.</summary>
static class QuantisedStore
{
    /// <summary>Parts of tensor names that quantising programs add.</summary>
    static readonly (string Part, string Maker)[] Traces =
    [
        (".quant_map", "in 4 bits by bitsandbytes"),
        (".absmax", "in 4 bits by bitsandbytes"),
        (".quant_state.", "in 4 bits by bitsandbytes"),
        (".SCB", "in 8 bits by bitsandbytes"),
        (".qweight", "by GPTQ or AWQ"),
        (".qzeros", "by GPTQ or AWQ"),
        (".weight_packed", "by compressed-tensors"),
        (".weight_scale", "with a scale for each weight (FP8 or compressed-tensors)"),
    ];

    static readonly string[] Floats = ["Float32", "Float16", "BFloat16", "Float64"];

    /// <param name="wanted">Whether a stored tensor is a weight of the model.</param>
    /// <returns>Null if the weights are plain numbers.</returns>
    public static ModelFolderException? Of(IReadOnlyList<StoredTensor> stored, Func<string, bool> wanted)
    {
        foreach (var (part, maker) in Traces)
            if (stored.FirstOrDefault(t => t.Name.Contains(part, StringComparison.Ordinal)) is { } trace)
                return Refusal($"the weights were saved quantised {maker} (tensor {trace.Name})");
        StoredTensor[] whole = [.. stored.Where(t => !Floats.Contains(t.Dtype) && wanted(t.Name))];
        return whole.Length == 0
            ? null
            : Refusal(
                $"{whole.Length} of {stored.Count} tensors are stored as {string.Join(", ", whole.Select(t => t.Dtype).Distinct())}, which are quantised weights without their scales (the first is {whole[0].Name})"
            );
    }

    public static ModelFolderException Refusal(string what) =>
        new(
            "weights-quantised",
            what,
            "Get the unquantised weights of this model (float32, float16 or bfloat16). LiftLab quantises them itself where the recipe asks for it (precision int8 or nf4)."
        );
}
