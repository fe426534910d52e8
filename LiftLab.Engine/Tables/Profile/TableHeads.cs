using System.Runtime.CompilerServices;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>What a column's header says of the column.</summary>
/// <param name="Bars">Null for a column without values, and for one whose texts nearly all differ.</param>
/// <param name="Relation">Null for the target, and where there is no measure.</param>
/// <param name="Suspect">Why the column may say the target; null where nothing is suspected.</param>
public sealed record ColumnHead(ColumnProfile Column, HeadBars? Bars, TargetRelation? Relation, string? Suspect);

/// <summary>The profile of a table for the headers of its columns, column by column.</summary>
/// <param name="groups">The groups of the table's target.</param>
public sealed class TableHeads(Table table, Schema schema, TargetGroups groups)
{
    public static TableHeads Of(Table table, Schema schema) => new(table, schema, TargetGroups.Of(table, schema));

    public TargetGroups Groups => groups;

    /// <summary>The columns in the order in which their heads come: the target, then the others as in the table.</summary>
    public IReadOnlyList<ColumnSchema> Order { get; } =
    [
        .. schema
            .Columns.Where(c => table.Has(c.Name))
            .Select((c, i) => (Column: c, Place: c.Role == ColumnRole.Target ? -1 : i))
            .OrderBy(c => c.Place)
            .Select(c => c.Column),
    ];

    public ColumnHead Of(ColumnSchema schema)
    {
        var column = table[schema.Name];
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
            .Range(0, Math.Min(Environment.ProcessorCount, Order.Count))
            .Select(_ => Task.Run(Work, CancellationToken.None))
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
