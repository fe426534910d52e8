using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage.People;

/// <summary>
/// Sees what another dashboard of the same lab has changed about people, within a second or two. Refuses a start that would open a lab in
/// which people sign in.
/// </summary>
public sealed class PeopleWatch(LabPeople people, IOptions<LabOptions> options, TimeProvider clock) : LabService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.AsksWho && people.All.Any(p => p.Revoked is null))
            throw new OptionsValidationException(
                Options.DefaultName,
                typeof(LabOptions),
                [
                    "people sign in to this lab, but neither LiftLab:AccessToken nor LiftLab:ProxyUserHeader is set, "
                        + "which lets everyone in: set one of them, or delete the folder 'people' of the lab",
                ]
            );
        return base.StartAsync(cancellationToken);
    }

    protected override async Task WorkAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stop))
            people.Refresh();
    }
}
