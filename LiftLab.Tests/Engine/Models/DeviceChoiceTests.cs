using System.Diagnostics;
using LiftLab.Engine.Models.Torch;
using LiftLab.Tests.House;

namespace LiftLab.Tests.Engine.Models;

/// <summary>Which device a process uses, and whether it finds the CUDA part of libtorch.</summary>
public sealed class DeviceChoiceTests
{
    static readonly string Model = Path.Combine(Sources.Root, "LiftLab.Tests", "Goldens", "models", "tiny-gptj");

    [Fact]
    public async Task The_processor_can_be_chosen_by_option_and_by_environment()
    {
        var option = await RunAsync($"logits {Model} --ids 1,2,3 --device cpu");
        var environment = await RunAsync($"logits {Model} --ids 1,2,3", chosen: "cpu");
        Assert.Equal((0, 0), (option.Code, environment.Code));
        Assert.Equal(3, option.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(option.Output, environment.Output);
    }

    [Fact]
    public async Task An_unknown_device_is_refused_with_the_words()
    {
        var (code, _, error) = await RunAsync($"logits {Model} --ids 1,2,3 --device tpu");
        Assert.NotEqual(0, code);
        Assert.Contains("cuda", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_graphics_card_that_is_not_there_is_refused_in_words()
    {
        var (code, _, error) = await RunAsync($"logits {Model} --ids 1,2,3 --device cuda", visible: "");
        Assert.NotEqual(0, code);
        Assert.Contains("device 'cuda' cannot be used here", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_is_found_beside_the_program_and_in_the_search_path()
    {
        var (here, there) = (Directory.CreateTempSubdirectory("liftlab-cuda-"), Directory.CreateTempSubdirectory("liftlab-cuda-"));
        try
        {
            var name = OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so";
            Assert.False(DeviceMemory.HasCuda(here.FullName, null));
            File.WriteAllText(Path.Combine(there.FullName, name), "");
            Assert.True(DeviceMemory.HasCuda(here.FullName, $"/nowhere{Path.PathSeparator}{there.FullName}"));
            Assert.False(DeviceMemory.HasCuda(here.FullName, "/nowhere"));
            File.WriteAllText(Path.Combine(here.CreateSubdirectory("runtimes").FullName, name), "");
            Assert.True(DeviceMemory.HasCuda(here.FullName, null));
        }
        finally
        {
            here.Delete(recursive: true);
            there.Delete(recursive: true);
        }
    }

    /// <param name="chosen">The value of the environment variable of the device; null for none.</param>
    /// <param name="visible">The value of CUDA_VISIBLE_DEVICES; null for the machine's.</param>
    static async Task<(int Code, string Output, string Error)> RunAsync(string words, string? chosen = null, string? visible = null)
    {
        var engine = Path.Combine(AppContext.BaseDirectory, "LiftLab.Engine.dll");
        var start = new ProcessStartInfo("dotnet", [engine, .. words.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove(DeviceChoice.Variable);
        if (chosen is not null)
            start.Environment[DeviceChoice.Variable] = chosen;
        if (visible is not null)
            start.Environment["CUDA_VISIBLE_DEVICES"] = visible;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
