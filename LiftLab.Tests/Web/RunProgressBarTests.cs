using Bunit;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Pages.Run;

namespace LiftLab.Tests.Web;

/// <summary>The figures of the moment on a run's page: speed, memory, utilisation.</summary>
public sealed class RunProgressBarTests : PageTest
{
    const long Gigabyte = 1L << 30;

    /// <summary>What stands under a figure's name: value, unit and note, without white space between.</summary>
    static string Figure(IRenderedComponent<RunProgressBar> bar, string label) =>
        string.Join(
            ' ',
            bar.FindAll(".stat")
                .Single(s => s.QuerySelector("dt")!.TextContent == label)
                .QuerySelectorAll("dd")
                .Select(d => d.TextContent.Trim())
        );

    IRenderedComponent<RunProgressBar> Bar(RunState state, string device, params Heartbeat[] beats)
    {
        var story = new RunStory("lift");
        story.Apply([
            MadeUp.Event(1, new AttemptStarted(1, "here", device, 16, null), "run"),
            .. MadeUp.Steps(3, 2),
            .. beats.Select((b, i) => MadeUp.Event(5 + i, b, "run")),
        ]);
        return Page.Render<RunProgressBar>(p => p.Add(x => x.Story, story).Add(x => x.State, state));
    }

    static readonly Heartbeat[] OnCard =
    [
        new(2 * Gigabyte, 20 * Gigabyte, 80 * Gigabyte, 1.5, .5),
        new(4 * Gigabyte, 30 * Gigabyte, 80 * Gigabyte, 2.5, .9),
        new(3 * Gigabyte, 24 * Gigabyte, 80 * Gigabyte, 2.0, .7),
    ];

    [Fact]
    public void While_it_runs_on_a_card_the_moment_counts()
    {
        var bar = Bar(RunState.Running, "cuda:0", OnCard);
        Assert.Equal("5\u202f000tokens/s cuda:0", Figure(bar, "Speed"));
        Assert.Equal("24.0 GB of 80.0 GB, at most 30.0 GB", Figure(bar, "Device memory"));
        Assert.Equal("3.0 GB at most 4.0 GB", Figure(bar, "Memory"));
        Assert.Equal("70 % GPU, 2.0 cores", Figure(bar, "Utilisation"));
    }

    [Fact]
    public void Afterwards_peaks_and_means_stand_there()
    {
        var bar = Bar(RunState.Succeeded, "cuda:0", OnCard);
        Assert.Equal("30.0 GB at most, of 80.0 GB", Figure(bar, "Device memory"));
        Assert.Equal("4.0 GB at most", Figure(bar, "Memory"));
        Assert.Equal("70 % GPU, on average, 2.0 cores", Figure(bar, "Utilisation"));
    }

    [Fact]
    public void On_a_processor_cores_count_and_there_is_no_device_memory()
    {
        var bar = Bar(RunState.Running, "cpu", new Heartbeat(Gigabyte), new Heartbeat(2 * Gigabyte, Busy: 12.34));
        Assert.Equal("12.3cores of 16", Figure(bar, "Utilisation"));
        Assert.Equal("2.0 GB at most 2.0 GB", Figure(bar, "Memory"));
        Assert.DoesNotContain(bar.FindAll("dt"), d => d.TextContent == "Device memory");
    }

    [Fact]
    public void Before_the_first_word_nothing_is_made_up()
    {
        var bar = Page.Render<RunProgressBar>(p => p.Add(x => x.Story, new RunStory("lift")).Add(x => x.State, RunState.Running));
        Assert.All(
            (string[])["Speed", "Memory", "Utilisation"],
            label => Assert.StartsWith("–", Figure(bar, label), StringComparison.Ordinal)
        );
    }
}
