using System.Globalization;
using LiftLab.Web.Live.Space;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Queue;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace LiftLab.Web.Pages.Space;

public sealed partial class StoragePage : IDisposable
{
    const string All = "All";

    static readonly string[] Kinds = [All, .. Enum.GetValues<SpaceKind>().Select(Many)];

    readonly CancellationTokenSource stop = new();
    SpaceUse? use;
    string kind = All;
    string? freed;
    bool busy;
    Exception? fault;

    [Inject]
    LabSpace Lab { get; set; } = default!;

    [Inject]
    IOptions<LabOptions> Options { get; set; } = default!;

    [Inject]
    LabDatabase Database { get; set; } = default!;

    [Inject]
    LabFolder Folder { get; set; } = default!;

    [Inject]
    ILabLead Lead { get; set; } = default!;

    [Inject]
    IDialogService Dialogs { get; set; } = default!;

    List<SpaceItem> Listed => [.. use!.Items.Where(i => kind == All || Many(i.Kind) == kind)];

    IEnumerable<(string Name, string Class, long Bytes)> Parts =>
        [
            .. Enum.GetValues<SpaceKind>()
                .Select(k => (Many(k), $"of-{k.ToString().ToLowerInvariant()}", use!.Items.Where(i => i.Kind == k).Sum(i => i.Bytes))),
            ("Other files", "of-other", use!.Other),
        ];

    string Shares => string.Join(", ", Parts.Select(p => $"{p.Name} {Display.Bytes(p.Bytes)}"));

    static string Weight(long bytes) => bytes.ToString(CultureInfo.InvariantCulture);

    static string Many(SpaceKind kind) =>
        kind switch
        {
            SpaceKind.Dataset => "Datasets",
            SpaceKind.Run => "Runs",
            SpaceKind.Study => "Studies",
            _ => "Base models",
        };

    static string One(SpaceKind kind) =>
        kind switch
        {
            SpaceKind.Dataset => "Dataset",
            SpaceKind.Run => "Run",
            SpaceKind.Study => "Study",
            _ => "Base model",
        };

    static string WordsOf(SpaceItem item) =>
        One(item.Kind) + (item.State is { } state ? ", " + Display.State(state).ToLowerInvariant() : "");

    string Index =>
        $"The index of runs is the database {Database.Place}."
        + (
            !Folder.IsShared ? ""
            : Lead.Term is { Holds: true } ? " This dashboard drives the queue."
            : " Another dashboard drives the queue."
        );

    string Rule =>
        Options.Value.KeepBestOnly
            ? "Checkpoints of a run that succeeded are deleted at its end; its best weights, the fitted model, stay (LiftLab:KeepBestOnly)."
        : Options.Value.CheckpointDays is > 0 and var days
            ? $"Checkpoints are deleted {days} days after the end of a run (LiftLab:CheckpointDays)."
        : "Checkpoints are kept until they are deleted here, or by a setting: LiftLab:CheckpointDays some days after the end of a run, "
            + "LiftLab:KeepBestOnly at the end of a run that succeeded.";

    static string AddressOf(SpaceItem item) =>
        item.Kind switch
        {
            SpaceKind.Dataset => $"/datasets/{item.Id}",
            SpaceKind.Run => $"/runs/{item.Id}",
            SpaceKind.Study => $"/studies/{item.Id}",
            _ => $"/models?model={Uri.EscapeDataString(item.Name)}",
        };

    protected override Task OnInitializedAsync() => MeasureAsync();

    async Task MeasureAsync()
    {
        try
        {
            (use, fault) = (await Lab.MeasureAsync(stop.Token), null);
        }
        catch (OperationCanceledException) { }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LabDatabaseException)
        {
            fault = e;
        }
    }

    async Task DeleteAsync(SpaceItem item) =>
        await DoAsync(
            $"Delete this {One(item.Kind).ToLowerInvariant()}?",
            $"“{item.Name}” ({Display.Bytes(await Lab.BytesAsync(item, stop.Token))}) is removed from this machine. "
                + item.Kind switch
                {
                    SpaceKind.Dataset => "Runs keep copies of their own and stay.",
                    SpaceKind.Model => "Runs that used it keep their results, but their adapters need it to predict again.",
                    _ => "Its results are lost.",
                },
            () => Lab.DeleteAsync(item, stop.Token)
        );

    Task DropCheckpointsAsync(SpaceItem item) =>
        DoAsync(
            "Delete these checkpoints?",
            $"“{item.Name}” keeps its fitted models, scores and answers. It cannot be trained on.",
            () => Lab.DropCheckpointsAsync(item.Id, stop.Token)
        );

    Task DropWeightsAsync(SpaceItem item) =>
        DoAsync(
            "Delete these models?",
            $"“{item.Name}” keeps its scores and answers. It cannot be trained on, and cannot predict new rows until it is fitted again.",
            () => Lab.DropWeightsAsync(item.Id, stop.Token)
        );

    Task DropAllCheckpointsAsync() =>
        DoAsync(
            "Delete the checkpoints of all runs that are over?",
            "The runs keep their fitted models, scores and answers. They cannot be trained on.",
            async () =>
            {
                var bytes = 0L;
                foreach (var item in use!.WithCheckpoints)
                    bytes += await Lab.DropCheckpointsAsync(item.Id, stop.Token);
                return bytes;
            }
        );

    async Task DoAsync(string question, string consequence, Func<Task<long>> delete)
    {
        if (await Dialogs.ShowMessageBoxAsync(question, consequence, yesText: "Delete", cancelText: "Keep") != true)
            return;
        (busy, fault, freed) = (true, null, null);
        Exception? failed = null;
        try
        {
            freed = $"{Display.Bytes(await delete())} freed.";
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception e)
            when (e
                    is InvalidOperationException
                        or KeyNotFoundException
                        or IOException
                        or UnauthorizedAccessException
                        or LabDatabaseException
            )
        {
            failed = e;
        }
        await MeasureAsync();
        (busy, fault) = (false, failed ?? fault);
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
