using LiftLab.Engine.Models.Torch;

namespace LiftLab.Tests.Engine.Models;

public sealed class MachineMemoryTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-memory-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    long Available(string meminfo, params (string Name, string Text)[] group)
    {
        var machine = Path.Combine(folder, "meminfo");
        File.WriteAllText(machine, meminfo);
        foreach (var (name, text) in group)
            File.WriteAllText(Path.Combine(folder, name), text);
        return MachineMemory.Available(machine, folder);
    }

    const string Machine = "MemTotal: 32000 kB\nMemFree: 100 kB\nMemAvailable:   20000 kB\n";

    [Fact]
    public void It_is_what_the_machine_can_free() => Assert.Equal(20000 * 1024, Available(Machine));

    [Fact]
    public void The_limit_of_a_container_counts_without_its_page_cache() =>
        Assert.Equal(
            7_000_000,
            Available(
                Machine,
                ("memory.max", "10000000\n"),
                ("memory.current", "5000000\n"),
                ("memory.stat", "anon 3000000\ninactive_file 2000000\n")
            )
        );

    [Fact]
    public void A_container_without_a_limit_has_the_machines() =>
        Assert.Equal(20000 * 1024, Available(Machine, ("memory.max", "max\n"), ("memory.current", "5000000\n")));

    [Fact]
    public void Here_it_is_not_more_than_there_is()
    {
        var device = DeviceMemory.Of(TorchSharp.torch.CPU);
        Assert.InRange(device.Available!.Value, 1, device.Bytes);
    }
}
