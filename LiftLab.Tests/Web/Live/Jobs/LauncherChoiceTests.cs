using LiftLab.Engine.Launching;
using LiftLab.Engine.Tables;
using LiftLab.Web.Hosting;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Live.Jobs;

public sealed class LauncherChoiceTests
{
    static LauncherChoice Choice(params ILauncher[] launchers)
    {
        var options = Options.Create(new LabOptions());
        var all = new Launchers(launchers);
        return new(all, new(null!, null!, all, options), options);
    }

    static readonly LauncherChoice Two = Choice(new LocalLauncher(), new ScriptedLauncher());

    [Theory]
    [InlineData(null, null, false, null)] // no estimate: here
    [InlineData(null, 30.0, false, null)]
    [InlineData(null, 600.0, false, null)]
    [InlineData(null, 601.0, false, "scripted")]
    [InlineData("", 9000.0, false, "scripted")]
    [InlineData(null, 9000.0, true, null)] // it needs a key
    [InlineData("local", 9000.0, false, null)]
    [InlineData("local", 9000.0, true, null)]
    [InlineData("scripted", 1.0, false, "scripted")]
    public void Small_work_stays_here_and_a_person_s_choice_counts(string? asked, double? seconds, bool needsKey, string? wanted) =>
        Assert.Equal(wanted, Two.Settle(asked, seconds, needsKey));

    [Fact]
    public void What_cannot_be_is_refused_in_words()
    {
        var unknown = Assert.Throws<ArgumentException>(() => Two.Settle("moon", null, false));
        Assert.Contains("local, scripted", unknown.Message, StringComparison.Ordinal);
        var key = Assert.Throws<BadDataException>(() => Two.Settle("scripted", null, needsKey: true));
        Assert.Equal("launcher-takes-no-key", key.Problems[0].Code);
        Assert.Null(Choice(new LocalLauncher()).Settle(null, 1e6, false));
    }

    static IReadOnlyList<string> Faults(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"{LauncherSettings.Section}:{s.Name}", (string?)s.Value)))
            .Build();
        var read = LauncherSettings.Read(configuration.GetSection(LauncherSettings.Section));
        return [.. read.Validate(null, new()).Failures ?? []];
    }

    [Theory]
    [InlineData("x:Places", "3", "LiftLab:Launchers:x:Kind is missing")]
    [InlineData("x:Kind", "pbs", "LiftLab:Launchers:x:Kind is 'pbs'")]
    [InlineData("local:Kind", "slurm", "LiftLab:Launchers:local: 'local' cannot be")]
    [InlineData("a b:Kind", "command", "'a b' cannot be")]
    public void A_launcher_that_is_not_set_up_right_is_named(string name, string value, string words) =>
        Assert.Contains(Faults((name, value)), f => f.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void A_misspelt_setting_and_a_wrong_number_are_named()
    {
        Assert.Contains(
            Faults(("x:Kind", "command"), ("x:Sumbit", "y")),
            f => f.StartsWith("LiftLab:Launchers:x:Sumbit is no setting", StringComparison.Ordinal)
        );
        Assert.Contains(
            Faults(("x:Kind", "slurm"), ("x:Minutes", "an hour")),
            f => f.Contains("Minutes", StringComparison.Ordinal) && f.StartsWith("LiftLab:Launchers:x", StringComparison.Ordinal)
        );
        Assert.Empty(Faults());
    }
}
