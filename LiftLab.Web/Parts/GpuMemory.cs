using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace LiftLab.Web.Parts;

/// <summary>Memory of the first NVIDIA card, asked of the driver's own tool.</summary>
public static class GpuMemory
{
    /// <returns>Bytes; null where there is no card or no tool.</returns>
    public static async Task<long?> ReadAsync(CancellationToken cancel = default)
    {
        try
        {
            using var tool = Process.Start(new ProcessStartInfo("nvidia-smi", "--query-gpu=memory.total --format=csv,noheader,nounits") { RedirectStandardOutput = true, RedirectStandardError = true });
            if (tool is null) return null;
            var first = await tool.StandardOutput.ReadLineAsync(cancel);
            await tool.WaitForExitAsync(cancel);
            return long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes) ? mebibytes << 20 : null;
        }
        catch (Win32Exception) { return null; } // there is no such program
    }
}
