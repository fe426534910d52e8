using System.Diagnostics;
using System.Text;
using LiftLab.Engine;
using LiftLab.Engine.Runs;

namespace LiftLab.Tests.Engine;

/// <summary>Files to which several processes write.</summary>
public sealed class SharedLinesTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lines-").FullName;

    string File => Path.Combine(folder, "lines.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Lines_that_several_processes_append_are_all_there_once()
    {
        const int processes = 3,
            lines = 150;
        Process[] writers =
        [
            .. Enumerable
                .Range(0, processes)
                .Select(p => Process.Start("dotnet", [TestWorker.Assembly, "append", File, $"w{p}", $"{lines}"])),
        ];
        foreach (var writer in writers)
            using (writer)
            {
                await writer.WaitForExitAsync();
                Assert.Equal(0, writer.ExitCode);
            }
        var expected = Enumerable.Range(0, processes).SelectMany(p => Enumerable.Range(0, lines).Select(i => $"w{p} {i}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), System.IO.File.ReadAllLines(File).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_line_that_was_cut_off_ends_before_the_next()
    {
        System.IO.File.WriteAllText(File, "whole\nhal");
        SharedLines.Add(File, Encoding.UTF8.GetBytes("next"));
        Assert.Equal("whole\nhal\nnext\n", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task Whole_files_that_several_write_at_once_are_one_of_theirs()
    {
        var file = Path.Combine(folder, "answer.json");
        await Parallel.ForAsync(
            0,
            40,
            (i, _) =>
            {
                RunFolder.WriteWhole(
                    file,
                    s => s.Write(Encoding.UTF8.GetBytes(new string((char)('a' + i % 26), 5_000))),
                    untilOnDisk: false
                );
                return ValueTask.CompletedTask;
            }
        );
        Assert.Single(System.IO.File.ReadAllText(file).Distinct());
        Assert.Equal([file], Directory.GetFiles(folder)); // nothing is left beside it
    }

    [Fact]
    public void A_folder_of_this_machine_is_on_no_network() => Assert.False(NetworkFolder.Is(folder));
}
