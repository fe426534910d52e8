using System.Globalization;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Jobs;

/// <summary>A launcher that a run or study can be given to.</summary>
/// <param name="Takes">What each job gets, in words.</param>
/// <param name="Places">Jobs at the same time.</param>
/// <param name="Silence">Why it does not answer now; null where it does, or was not asked.</param>
public sealed record LauncherOffer(string Name, string Takes, int Places, string? Silence);

/// <summary>Where a run or study goes: where a person sends it, or, without a choice, a small one to this machine.</summary>
public sealed class LauncherChoice(Launchers launchers, JobPlaces places, IOptions<LabOptions> options)
{
    /// <summary>Whether there is anything to choose.</summary>
    public bool IsOne => launchers.All.Count == 1;

    /// <summary>This machine first.</summary>
    public IReadOnlyList<LauncherOffer> Offers =>
        [.. launchers.All.Select(l => new LauncherOffer(l.Name, l.Takes, places.Of(l.Name), launchers.Silence(l.Name)))];

    public static bool NeedsKey(RunSpec run) => LiftLab.Engine.Engine.NeedsKey([run.Learner, .. run.Baselines], run.Schema.Task);

    public static bool NeedsKey(StudySpec study) => study.Tables.Any(t => LiftLab.Engine.Engine.NeedsKey(study.Learners, t.Schema.Task));

    /// <summary>The launcher to store; null for this machine.</summary>
    /// <param name="asked">A launcher's name; null or empty for the usual choice.</param>
    /// <param name="seconds">Estimate of the work on this machine; null where there is none.</param>
    /// <param name="needsKey">It asks a provider with a key of the dashboard.</param>
    /// <exception cref="ArgumentException">There is no such launcher.</exception>
    /// <exception cref="BadDataException">That launcher does not take such work.</exception>
    public string? Settle(string? asked, double? seconds, bool needsKey)
    {
        if (string.IsNullOrWhiteSpace(asked))
            return needsKey || !(seconds > options.Value.SmallRunMinutes * 60.0) ? null : launchers.All.ElementAtOrDefault(1)?.Name;
        if (!launchers.Has(asked))
            throw new ArgumentException(
                $"there is no launcher '{asked}': use {string.Join(", ", launchers.All.Select(l => l.Name))}, or none for the usual choice"
            );
        if (needsKey && !launchers.Named(asked).TakesSecrets)
            throw new BadDataException([
                new(
                    Severity.Error,
                    "launcher-takes-no-key",
                    $"This asks a provider with a key, and the launcher '{asked}' is given no keys: scripts and controllers would show them",
                    $"Choose '{launchers.Default.Name}'."
                ),
            ]);
        return asked == launchers.Default.Name ? null : asked;
    }

    /// <summary>The usual choice, as a sentence.</summary>
    public string Usual(double? seconds, bool needsKey)
    {
        var small = options.Value.SmallRunMinutes;
        return Settle(null, seconds, needsKey) is { } away
                ? string.Create(CultureInfo.InvariantCulture, $"{away}, because it takes more than {small} min here")
            : needsKey ? "this machine, because it asks a provider with a key"
            : seconds is null ? "this machine, because there is no estimate yet"
            : string.Create(CultureInfo.InvariantCulture, $"this machine, because it takes less than {small} min here");
    }
}
