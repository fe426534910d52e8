namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>Whether the rows of a forward pass are packed in one line without padding; see decision record 080.</summary>
public enum Packing
{
    /// <summary>Where it is faster: on the CPU, for large models in float32, if it saves enough tokens.</summary>
    Auto,
    Always,
    Never,
}
