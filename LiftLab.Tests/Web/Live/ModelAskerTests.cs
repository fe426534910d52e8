using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Launching;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Live;

/// <summary>Whatever becomes of the model's process, a question ends, and the next one is answered.</summary>
public sealed class ModelAskerTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-asker-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static readonly ModelQuestion Question = new("a###", ["0@@@", "1@@@"]);

    /// <summary>A program in place of the engine; it answers after a first call that ends as the script says.</summary>
    internal static string Engine(string folder, string firstCall)
    {
        var file = Path.Combine(folder, "engine.sh");
        File.WriteAllText(
            file,
            $$"""
            #!/bin/sh
            if [ ! -e "$0.called" ]; then
              touch "$0.called"
              {{firstCall}}
            fi
            while read -r line; do
              echo '{"promptTokens":5,"context":1024,"probabilities":[0.25,0.5,0.25],"mass":0.5}'
            done
            """.ReplaceLineEndings("\n")
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    ModelAsker Asker(string firstCall) =>
        new(Options.Create(new LabOptions { LabFolder = folder, Engine = Engine(folder, firstCall) }), TimeProvider.System);

    [Theory]
    [InlineData("read -r line; echo 'Out of memory (9 GB)' >&2; exit 137", "Out of memory (9 GB)")] // in the middle of a question
    [InlineData("read -r line; exit 3", "code 3")]
    [InlineData("exit 4", "code 4")] // while the model is loaded
    [InlineData("read -r line; echo 'no JSON'; exit 5", "code 5")]
    [InlineData("read -r line; kill -9 $$", "code 137")]
    public async Task A_process_that_dies_is_told_with_its_last_words_and_started_again(string firstCall, string says)
    {
        using var asker = Asker(firstCall);
        var died = await Assert.ThrowsAsync<ModelUnreachableException>(() => asker.AskAsync("lift-mini", Question, default));
        Assert.Contains(says, died.Message, StringComparison.Ordinal);
        Assert.Equal([0.25, 0.5, 0.25], (await asker.AskAsync("lift-mini", Question, default)).Probabilities!);
    }

    [Fact]
    public async Task A_question_that_is_given_up_ends_the_process_and_the_next_one_is_answered()
    {
        using var asker = Asker("read -r line; touch \"$0.asked\"; read -r never");
        using var stop = new CancellationTokenSource();
        var asked = asker.AskAsync("lift-mini", Question, stop.Token);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(folder, "engine.sh.asked")));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(5, (await asker.AskAsync("lift-mini", Question, default)).PromptTokens);
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_told()
    {
        using var asker = new ModelAsker(
            Options.Create(new LabOptions { LabFolder = folder, Engine = Path.Combine(folder, "nothing") }),
            TimeProvider.System
        );
        var gone = await Assert.ThrowsAsync<LaunchFailedException>(() => asker.AskAsync("lift-mini", Question, default));
        Assert.Contains("correct the setting LiftLab:Engine", gone.Message, StringComparison.Ordinal);
    }
}
