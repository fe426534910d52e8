using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Quantised;

namespace LiftLab.Tests.Engine.Models;

public sealed class LoadCancelTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-cancel-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(WeightPrecision.Float32)]
    [InlineData(WeightPrecision.Nf4)]
    public void Loading_ends_at_the_next_tensor(WeightPrecision precision)
    {
        using var cancel = new CancellationTokenSource();
        var seen = new CancelsAt(3, cancel);
        Assert.Throws<OperationCanceledException>(() =>
            ModelFolder.Load(Golden.Of("tiny-gptj").Folder, progress: seen, book: Quantisation.Book(precision), cancel: cancel.Token)
        );
        Assert.Equal(3, seen.Reports);
    }

    /// <summary>One tensor of 2 GB: a check between tensors alone would come after seconds.</summary>
    [Fact]
    public async Task Loading_ends_within_two_seconds_in_the_middle_of_a_large_tensor()
    {
        var config = new JsonObject
        {
            ["model_type"] = "gpt2",
            ["vocab_size"] = 1_000_000,
            ["n_embd"] = 1024,
            ["n_layer"] = 1,
            ["n_head"] = 1,
            ["n_positions"] = 8,
        };
        File.WriteAllText(Path.Combine(folder, ModelFolder.ConfigFile), config.ToJsonString());
        SparseWeights.Write(folder);
        using var cancel = new CancellationTokenSource();
        var began = new Began();
        var loading = Task.Run(() => ModelFolder.Load(folder, progress: began, cancel: cancel.Token));
        await began.First.Task;
        var since = TimeProvider.System.GetTimestamp();
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => loading);
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_stream_ends_between_two_reads()
    {
        using var cancel = new CancellationTokenSource();
        using var stream = new CancellableStream(new MemoryStream(new byte[8]), cancel.Token);
        var buffer = new byte[4];
        Assert.Equal(4, stream.Read(buffer, 0, 4));
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => stream.Read(buffer.AsSpan()));
    }

    sealed class CancelsAt(int report, CancellationTokenSource cancel) : IProgress<LoadProgress>
    {
        public int Reports { get; private set; }

        public void Report(LoadProgress value)
        {
            if (++Reports == report)
                cancel.Cancel();
        }
    }

    sealed class Began : IProgress<LoadProgress>
    {
        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Report(LoadProgress value) => First.TrySetResult();
    }
}
