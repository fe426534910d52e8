using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// What an error of <see cref="Aten"/> means. libtorch's C interface does not hand out its message, which is on standard error, so that
/// memory that ran out is recognised by what is known otherwise.
/// </summary>
static class Refusal
{
    /// <param name="hasWorked">Whether the operator has worked before in this process.</param>
    public static InvalidOperationException Of(string op, int error, bool hasWorked)
    {
        var card = DeviceChoice.AllowsCard && cuda.is_available() ? GraphicsCard.Read() : null;
        return new(card is null ? Words(op, error) : Words(op, error, hasWorked, card, Broken()));
    }

    static string Words(string op, int error) => $"libtorch refused {op} (error {error}); its message is on standard error";

    /// <param name="broken">The error of a small operation on the GPU; null if the GPU works.</param>
    internal static string Words(string op, int error, bool hasWorked, GraphicsCard card, string? broken)
    {
        if (broken is not null)
            return $"libtorch refused {op}, and the graphics card cannot be used any more in this process: {broken}";
        // libtorch returns its unused memory before it gives up, so that a card need not be full. An operator that worked before and that a
        // working card refuses lacks memory: the engine calls it with shapes of one kind only.
        var isNearlyFull = card.Memory - card.Used < card.Memory / 10;
        return isNearlyFull || hasWorked ? $"CUDA out of memory in {op}" : Words(op, error);
    }

    static string? Broken()
    {
        try
        {
            using var one = ones([1], device: CUDA);
            using var read = one.cpu();
            return null;
        }
        catch (ExternalException e)
        {
            return e.Message.Split('\n')[0];
        }
    }
}
