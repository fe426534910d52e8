using System.Runtime.CompilerServices;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>What a column's header says of the column.</summary>
/// <param name="Bars">Null for a column without values, and for one whose texts nearly all differ.</param>
/// <param name="Relation">Null for the target, and where there is no measure.</param>
/// <param name="Suspect">Why the column may say the target; null where nothing is suspected.</param>
public sealed record ColumnHead(ColumnProfile Column, HeadBars? Bars, TargetRelation? Relation, string? Suspect);

/// <summary>The profile of a table for the headers of its columns, column by column.</summary>
public sealed class TableHeads
{
    /// <summary>Rows of all columns that are computed at the same time: each needs some 60 bytes a row meanwhile.</summary>
    const int RowsAtOnce = 2_000_000;

    const int LongColumn = 500_000;

    readonly Table table;
    readonly Schema schema;
    readonly Dictionary<string, ColumnHead> known;

    TableHeads(Table table, Schema schema, TargetGroups groups, IEnumerable<ColumnHead> known)
    {
        (this.table, this.schema, Groups) = (table, schema, groups);
        this.known = known.ToDictionary(h => h.Column.Name, StringComparer.Ordinal);
        Order =
        [
            .. schema
                .Columns.Where(c => table.Has(c.Name))
                .Select((c, i) => (Column: c, Place: c.Role == ColumnRole.Target ? -1 : i))
                .OrderBy(c => c.Place)
                .Select(c => c.Column),
        ];
    }

    public static TableHeads Of(Table table, Schema schema) => new(table, schema, TargetGroups.Of(table, schema), []);

    /// <param name="former">Groups of an earlier profile of the same table, which are used again where the target is the same.</param>
    /// <param name="heads">Heads of that profile, of which those of unchanged columns are used again.</param>
    public static TableHeads Of(Table table, Schema schema, TargetGroups? former, IEnumerable<ColumnHead> heads) =>
        former?.Are(table, schema) == true ? new(table, schema, former, heads) : Of(table, schema);

    /// <summary>The groups of the table's target.</summary>
    public TargetGroups Groups { get; }

    /// <summary>The columns in the order in which their heads come: the target, then the others as in the table.</summary>
    public IReadOnlyList<ColumnSchema> Order { get; }

    /// <summary>The profile as far as it is known.</summary>
    /// <param name="heads">By column.</param>
    public TableProfile ProfileOf(IReadOnlyDictionary<string, ColumnHead> heads) =>
        new(
            table.Name,
            table.RowCount,
            schema.Task,
            Groups.Target?.Name,
            [.. schema.Columns.Select(c => heads.GetValueOrDefault(c.Name)?.Column).OfType<ColumnProfile>()],
            Groups.Balance
        );

    public ColumnHead Of(ColumnSchema schema)
    {
        if (
            known.TryGetValue(schema.Name, out var former)
            && former.Column is var same
            && same.Kind == schema.Kind
            && (same.Role == ColumnRole.Target) == (schema.Role == ColumnRole.Target)
        )
            return former with { Column = same with { Role = schema.Role, Unit = schema.Unit } };
        var (column, groups) = (table[schema.Name], Groups);
        var profile = ColumnProfile.Of(column, schema);
        var relation = TargetRelation.Of(column, schema.Kind, groups);
        return new(
            profile,
            HeadBars.Of(column, schema.Kind, profile.Numbers, groups),
            relation,
            LeakSuspect.Of(column, schema.Kind, groups, relation)
        );
    }

    /// <summary>The heads in <see cref="Order"/>, each as soon as it and those before it are known. All cores work ahead.</summary>
    public async IAsyncEnumerable<ColumnHead> StreamAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var results = Order.Select(_ => new TaskCompletionSource<ColumnHead>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var next = -1;
        var workers = Enumerable
            .Range(0, Math.Min(Math.Min(Environment.ProcessorCount, Order.Count), Math.Max(1, RowsAtOnce / Math.Max(1, table.RowCount))))
            // threads of their own: with all of the pool's at work, a page waits seconds until the pool adds one that draws it
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        try
        {
            foreach (var result in results)
                yield return await result.Task.WaitAsync(cancel);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(workers);
        }

        void Work()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < results.Length; )
                try
                {
                    stop.Token.ThrowIfCancellationRequested();
                    results[i].SetResult(Of(Order[i]));
                    // Sorted copies of a long column would wait in memory until the next ones are large enough to be noticed.
                    if (table.RowCount >= LongColumn)
                        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
                }
                catch (OperationCanceledException)
                {
                    results[i].TrySetCanceled(stop.Token);
                    return;
                }
                catch (Exception e)
                {
                    results[i].TrySetException(e);
                }
        }
    }
}
