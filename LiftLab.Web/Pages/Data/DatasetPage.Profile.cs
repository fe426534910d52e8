using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Data;

/// <summary>The profile of the columns: computed beside the page, one column after the other, and shown as it comes.</summary>
public sealed partial class DatasetPage
{
    /// <summary>Time between two drawings of a profile that is not complete.</summary>
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    CancellationTokenSource? looking;
    Table? headsOf;
    TargetGroups? groups;
    Dictionary<string, ColumnHead> heads = new(StringComparer.Ordinal);

    [Inject]
    TimeProvider Time { get; set; } = default!;

    /// <summary>Begins to compute the profile. What is known of unchanged columns stays.</summary>
    void Look(Table table, Schema of)
    {
        looking?.Cancel();
        var mine = looking = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var former = headsOf == table ? heads : [];
        (headsOf, heads) = (table, new(former, StringComparer.Ordinal));
        if (profile is null || former.Count == 0)
            profile = new(table.Name, table.RowCount, of.Task, null, [], null);
        _ = LookAsync(table, of, former, mine);
    }

    async Task LookAsync(Table table, Schema of, Dictionary<string, ColumnHead> former, CancellationTokenSource mine)
    {
        try
        {
            var all = await Task.Run(() => TableHeads.Of(table, of, groups, former.Values), mine.Token);
            mine.Token.ThrowIfCancellationRequested();
            if (!ReferenceEquals(groups, all.Groups))
                heads.Clear();
            groups = all.Groups;
            var come = new Dictionary<string, ColumnHead>(StringComparer.Ordinal);
            long shown = 0;
            await foreach (var head in all.StreamAsync(mine.Token))
            {
                mine.Token.ThrowIfCancellationRequested();
                come[head.Column.Name] = heads[head.Column.Name] = head;
                if (shown != 0 && come.Count < all.Order.Count && Time.GetElapsedTime(shown) < Between)
                    continue;
                shown = Time.GetTimestamp();
                profile = all.ProfileOf(heads);
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) { }
        catch (Exception e) when (e is OutOfMemoryException or InvalidOperationException)
        {
            fault = e;
            StateHasChanged();
        }
        finally
        {
            if (looking == mine)
                looking = null;
            mine.Dispose();
        }
    }
}
