using LiftLab.Engine.Models.Memory;

namespace LiftLab.Web.Pages.Library;

/// <summary>How a model is used, as chosen on the page and stored in its address.</summary>
public sealed record MemoryChoice(
    WeightPrecision Precision = WeightPrecision.BFloat16,
    bool Full = false,
    int Rank = 16,
    int Rows = 4,
    int Length = 128,
    bool Checkpointing = false,
    bool SmallMoments = false,
    bool OnCard = false
)
{
    public const int MostRows = 4096,
        MostTokens = 32768;

    /// <summary>The same with every number inside its range; only float32 weights can be trained in full.</summary>
    public MemoryChoice Checked =>
        this with
        {
            Rows = Math.Clamp(Rows, 1, MostRows),
            Length = Math.Clamp(Length, 2, MostTokens),
            Rank = Math.Clamp(Rank, 1, 1024),
            Full = Full && Precision is WeightPrecision.Float32,
        };

    public MemorySettings Settings =>
        new()
        {
            Weights = Precision,
            HalfActivations = Precision is WeightPrecision.BFloat16 || (OnCard && Precision is not WeightPrecision.Float32),
            LoraRank = Full ? null : Rank,
            Optimizer = SmallMoments ? OptimizerMemory.Adam8 : OptimizerMemory.Adam,
            Rows = Rows,
            Length = Length,
            Checkpointing = Checkpointing,
            KeepsBest = true,
            OnCard = OnCard,
        };
}
