using LiftLab.Engine.Figures;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Storage.Queue;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Experiments;

/// <summary>The questions by theme, and the studies that answer them.</summary>
public sealed partial class ExperimentsPage(LabStudies door, Datasets datasets, NavigationManager navigation, TimeProvider time)
    : IDisposable
{
    const int First = 10,
        More = 50;

    const string Nothing =
        "A study answers one of the questions below with many fits of LIFT and of ordinary models, and draws how each holds up. "
        + "Its figure, its verdict and every answer are kept in the lab.";

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource stop = new();
    IReadOnlyList<StudyEntry>? studies;
    IReadOnlyDictionary<string, (string Study, Figure Figure)> figures = new Dictionary<string, (string, Figure)>();
    string? pictured;
    Exception? fault;
    bool starting,
        following;
    int take = First;

    protected override async Task OnInitializedAsync()
    {
        door.Changed += Changed;
        await ReadAsync();
    }

    async Task ReadAsync()
    {
        fault = null;
        try
        {
            studies = await Task.Run(door.List, stop.Token);
            // The pictures change when a study ends.
            var ended = string.Join(' ', studies.Where(s => s.IsOver).Select(s => $"{s.Id} {s.EndedUtc?.Ticks}"));
            if (pictured != ended)
                (pictured, figures) = (ended, await door.NewestFiguresAsync(stop.Token));
            if (!following && studies.Any(s => s.State == RunState.Running))
                _ = FollowAsync();
        }
        catch (OperationCanceledException) { }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
    }

    /// <summary>Shows the progress of running studies once a second.</summary>
    async Task FollowAsync()
    {
        following = true;
        try
        {
            while (studies!.Any(s => s.State == RunState.Running))
            {
                await Task.Delay(Pause, time, stop.Token);
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // the page is closed
        }
        finally
        {
            following = false;
        }
    }

    void Changed() =>
        _ = InvokeAsync(async () =>
        {
            if (stop.IsCancellationRequested)
                return;
            await ReadAsync();
            StateHasChanged();
        });

    Task DeletedAsync(Exception? refused)
    {
        fault = refused;
        return refused is null ? ReadAsync() : Task.CompletedTask;
    }

    /// <summary>The one button of an empty list: the robustness board of iris with the question's defaults.</summary>
    async Task StartAsync()
    {
        (starting, fault) = (true, null);
        try
        {
            var iris = await datasets.AddSampleAsync("iris", stop.Token);
            navigation.NavigateTo($"/studies/{await door.StartAsync(new("robustness", [iris.Row.Id]), stop.Token)}");
        }
        catch (OperationCanceledException) { }
        catch (Exception e)
        {
            (fault, starting) = (e, false);
        }
    }

    public void Dispose()
    {
        door.Changed -= Changed;
        stop.Cancel();
        stop.Dispose();
    }
}
