using System.Text;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Tests.Engine.Runs;

public sealed class AttemptLogTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    static void Note(AttemptLog log, int count)
    {
        for (var i = 0; i < count; i++)
            log.Write("run", new Noted("line"));
    }

    [Fact]
    public void Sequence_numbers_are_dense_over_all_attempts()
    {
        var run = runs.Create();
        using (var first = AttemptLog.Claim(run, TimeProvider.System))
            Note(first, 3);
        using (var second = AttemptLog.Claim(run, TimeProvider.System))
            Note(second, 2);
        var events = RunTail.All(run);
        Assert.Equal([1L, 2, 3, 4, 5], events.Select(e => e.Sequence));
        Assert.Equal([1, 1, 1, 2, 2], events.Select(e => e.Attempt));
    }

    [Fact]
    public void Every_claim_gets_a_number_of_its_own_even_at_the_same_moment()
    {
        var run = runs.Create();
        var numbers = new int[8];
        Parallel.For(
            0,
            8,
            i =>
            {
                using var log = AttemptLog.Claim(run, TimeProvider.System);
                numbers[i] = log.Attempt;
            }
        );
        Assert.Equal(Enumerable.Range(1, 8), numbers.Order());
    }

    [Fact]
    public void A_superseded_attempt_can_write_no_more()
    {
        var run = runs.Create();
        using var first = AttemptLog.Claim(run, TimeProvider.System);
        Note(first, 1);
        using var second = AttemptLog.Claim(run, TimeProvider.System);
        Assert.Throws<SupersededException>(() => Note(first, 1));
    }

    [Fact]
    public void A_torn_last_line_is_left_out_and_the_next_attempt_goes_on_before_it()
    {
        var run = runs.Create();
        using (var first = AttemptLog.Claim(run, TimeProvider.System))
            Note(first, 2);
        File.AppendAllText(run.AttemptFile(1), "{\"sequence\":3,\"attempt\":1,\"at\":\"2026");
        using (var second = AttemptLog.Claim(run, TimeProvider.System))
            Note(second, 1);
        Assert.Equal([1L, 2, 3], RunTail.All(run).Select(e => e.Sequence));
    }

    [Fact]
    public void A_dead_attempt_is_closed_after_its_last_whole_line()
    {
        var run = runs.Create();
        using (var first = AttemptLog.Claim(run, TimeProvider.System))
            Note(first, 2);
        File.AppendAllText(run.AttemptFile(1), "{\"sequence\":3,\"atte");
        using (var again = AttemptLog.Reopen(run, 1, TimeProvider.System))
            again.Write("run", new RunEnded(RunState.Interrupted, "worker-killed"));
        Assert.Equal([1L, 2, 3], RunTail.All(run).Select(e => e.Sequence));
        Assert.Equal(RunState.Interrupted, RunStory.Read(run, learner: null).Ended?.State);
    }

    [Fact]
    public void Nothing_follows_the_terminal_event()
    {
        var run = runs.Create();
        using var log = AttemptLog.Claim(run, TimeProvider.System);
        log.Write("run", new RunEnded(RunState.Cancelled));
        Note(log, 1);
        Assert.IsType<RunEnded>(RunTail.All(run)[^1].Body);
    }

    [Fact]
    public void Concurrent_writers_never_mix_their_lines()
    {
        var run = runs.Create();
        using var log = AttemptLog.Claim(run, TimeProvider.System);
        Parallel.For(0, 400, i => log.Write("l" + i, new Noted(new string('x', i))));
        var events = RunTail.All(run);
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), events.Select(e => e.Sequence));
    }

    [Fact]
    public void The_tail_waits_for_the_newline_of_a_line_that_is_being_written()
    {
        var run = runs.Create();
        using (var log = AttemptLog.Claim(run, TimeProvider.System))
            Note(log, 2);
        var whole = File.ReadAllBytes(run.AttemptFile(1));
        var tail = new RunTail(run);
        File.WriteAllBytes(run.AttemptFile(1), whole[..^10]);
        Assert.Equal([1L], tail.Read().Select(e => e.Sequence));
        File.WriteAllBytes(run.AttemptFile(1), whole);
        Assert.Equal([2L], tail.Read().Select(e => e.Sequence));
        Assert.Empty(tail.Read());
    }

    [Fact]
    public void What_a_superseded_attempt_wrote_late_is_left_out_for_every_reader()
    {
        var run = runs.Create();
        using (var first = AttemptLog.Claim(run, TimeProvider.System))
            Note(first, 2);
        using (var second = AttemptLog.Claim(run, TimeProvider.System))
            second.Write("run", new Noted("second"));
        var late = Encoding.UTF8.GetString(AttemptFile.Write(new(3, 1, DateTimeOffset.UnixEpoch, "run", new Noted("late"))));
        File.AppendAllText(run.AttemptFile(1), late);
        Assert.Equal(["line", "line", "second"], RunTail.All(run).Select(e => ((Noted)e.Body).Text));
    }

    [Fact]
    public void The_tail_reads_lines_longer_than_its_window_and_starts_after_any_event()
    {
        var run = runs.Create();
        using (var log = AttemptLog.Claim(run, TimeProvider.System))
            for (var i = 1; i <= 6; i++)
                log.Write("run", new Noted(new string('y', i * 100_000)));
        Assert.Equal([1L, 2, 3, 4, 5, 6], RunTail.All(run).Select(e => e.Sequence));
        Assert.Equal([5L, 6], new RunTail(run, 4).Read().Select(e => e.Sequence));
        Assert.Equal(6, AttemptFile.End(run.AttemptFile(1)).Sequence);
    }
}
