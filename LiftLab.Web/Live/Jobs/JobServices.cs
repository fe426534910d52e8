using LiftLab.Engine.Launching;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Jobs;

/// <summary>What the jobs of runs and studies need from the dashboard.</summary>
public sealed record JobServices(
    LabFolder Lab,
    ILabLead Lead,
    Launchers Launchers,
    JobPlaces Places,
    WorkSignal Signal,
    LabProviders Providers,
    IOptions<LabOptions> Options,
    TimeProvider Clock
);
