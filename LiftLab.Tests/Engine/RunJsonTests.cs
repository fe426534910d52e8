using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;

namespace LiftLab.Tests.Engine;

public sealed class RunJsonTests
{
    [Fact]
    public void Every_kind_of_event_comes_back_as_it_was_written()
    {
        LearningEvent[] bodies =
        [
            new TrainingStep(1, 10, 0.5, 1.25, 1e-3, 4000, 3.5),
            new RunEnded(RunState.Failed, "loss-not-finite", "The loss became NaN", "Lower the learning rate."),
            new Heartbeat(1 << 20),
        ];
        foreach (var body in bodies)
        {
            var written = new RunEvent(7, 1, DateTimeOffset.UnixEpoch, "lift", body);
            var line = JsonSerializer.Serialize(written, RunJson.Line);
            Assert.DoesNotContain('\n', line);
            Assert.Equal(written, JsonSerializer.Deserialize<RunEvent>(line, RunJson.Line));
        }
    }
}
