namespace LiftLab.Engine.Models.Torch;

/// <summary>What happens to the pages of freed tensors in the process's memory.</summary>
public enum HeapPages
{
    /// <summary>They return to the system: the process needs the least memory.</summary>
    Returned,

    /// <summary>The process keeps and reuses them: faster, because the kernel clears every page that it gives out.</summary>
    Kept,
}
