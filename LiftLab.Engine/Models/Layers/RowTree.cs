namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// The tokens of training rows as a tree: rows sorted by their tokens share their beginning with the row before, and every node is one
/// token of a <see cref="PackedLine"/>. Nodes whose hidden states are read come last. The same rows give the same tree.
/// </summary>
public sealed class RowTree
{
    readonly int[][] ways; // per row, the places of its tokens in the line
    readonly (int Row, int Known)[] attending; // rows with tokens that no row before them has, and the number of tokens before those

    /// <param name="rows">Token ids of each row.</param>
    /// <param name="read">Per row, the positions whose hidden states are read.</param>
    public RowTree(IReadOnlyList<int[]> rows, IReadOnlyList<IReadOnlyList<int>> read)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count).Where(r => rows[r].Length > 0).Order(ByTokens(rows))];
        ways = [.. rows.Select(r => new int[r.Length])];
        var (ids, positions, fresh) = (new List<int>(), new List<int>(), new List<(int, int)>());
        for (var k = 0; k < order.Length; k++)
        {
            var (row, way) = (rows[order[k]], ways[order[k]]);
            var known = k == 0 ? 0 : rows[order[k - 1]].AsSpan().CommonPrefixLength(row);
            if (known > 0)
                ways[order[k - 1]].AsSpan(0, known).CopyTo(way);
            for (var t = known; t < row.Length; t++)
            {
                way[t] = ids.Count;
                ids.Add(row[t]);
                positions.Add(t);
            }
            if (known < row.Length)
                fresh.Add((order[k], known));
        }
        attending = [.. fresh];
        var isRead = new bool[ids.Count];
        for (var r = 0; r < rows.Count; r++)
            foreach (var t in read[r])
                isRead[ways[r][t]] = true;
        Read = isRead.Count(r => r);
        var (places, others, last) = (new int[ids.Count], 0, ids.Count - Read);
        for (var node = 0; node < places.Length; node++)
            places[node] = isRead[node] ? last++ : others++;
        (Ids, Positions) = (new int[ids.Count], new int[ids.Count]);
        for (var node = 0; node < places.Length; node++)
            (Ids[places[node]], Positions[places[node]]) = (ids[node], positions[node]);
        foreach (var way in ways)
            for (var t = 0; t < way.Length; t++)
                way[t] = places[way[t]];
        Keys = attending.Max(a => ways[a.Row].Length);
        Queries = attending.Max(a => ways[a.Row].Length - a.Known);
        ReadQueries = Math.Max(1, attending.Max(a => ways[a.Row].Skip(a.Known).Count(IsRead)));
    }

    /// <summary>Number of tokens.</summary>
    public int Count => Ids.Length;

    /// <summary>Token ids.</summary>
    public int[] Ids { get; }

    /// <summary>Position of each token in its rows.</summary>
    public int[] Positions { get; }

    /// <summary>Number of tokens whose hidden states are read; they are the last.</summary>
    public int Read { get; }

    /// <summary>Rows that have tokens of their own.</summary>
    public int Rows => attending.Length;

    /// <summary>Tokens of the longest row.</summary>
    public int Keys { get; }

    /// <summary>The most tokens of a row that the row before does not have.</summary>
    public int Queries { get; }

    /// <summary>The most of those that are read; at least 1.</summary>
    public int ReadQueries { get; }

    /// <summary>The index among the read tokens of a row's token.</summary>
    public int ReadPlace(int row, int position) => ways[row][position] - (Count - Read);

    /// <summary>(Rows · Keys) the places of each row's tokens; padded with 0.</summary>
    public long[] KeyPlaces()
    {
        var places = new long[Rows * Keys];
        for (var a = 0; a < Rows; a++)
        for (var t = 0; t < ways[attending[a].Row].Length; t++)
            places[a * Keys + t] = ways[attending[a].Row][t];
        return places;
    }

    /// <summary>
    /// (Rows · Queries) the places of each row's own tokens, or (Rows · ReadQueries) the indices among the read tokens of those that are
    /// read; padded with 0.
    /// </summary>
    public long[] QueryPlaces(bool readOnly)
    {
        var places = new long[Rows * (readOnly ? ReadQueries : Queries)];
        ForEachQuery(readOnly, (at, _, place) => places[at] = place);
        return places;
    }

    /// <summary>The inverse of <see cref="QueryPlaces"/>: per token of the line, or per read token, its index there.</summary>
    public long[] LinePlaces(bool readOnly)
    {
        var places = new long[readOnly ? Read : Count];
        ForEachQuery(readOnly, (at, _, place) => places[place] = at);
        return places;
    }

    /// <summary>(Rows, queries, Keys) the additive attention mask: 0 or −∞.</summary>
    public float[] Mask(int? window, bool readOnly)
    {
        var mask = new float[Rows * (readOnly ? ReadQueries : Queries) * Keys];
        Array.Fill(mask, float.NegativeInfinity);
        for (var at = 0; at < mask.Length; at += Keys)
            mask[at] = 0; // padding: a softmax needs at least one key
        ForEachQuery(
            readOnly,
            (at, position, _) =>
            {
                var first = window is { } w ? Math.Max(0, position - w + 1) : 0;
                mask[at * Keys] = first == 0 ? 0 : float.NegativeInfinity;
                mask.AsSpan(at * Keys)[first..(position + 1)].Clear();
            }
        );
        return mask;
    }

    /// <param name="visit">Receives the query's index, its position in the row and its place.</param>
    void ForEachQuery(bool readOnly, Action<int, int, int> visit)
    {
        for (var a = 0; a < Rows; a++)
        {
            var (way, at) = (ways[attending[a].Row], a * (readOnly ? ReadQueries : Queries));
            for (var t = attending[a].Known; t < way.Length; t++)
                if (!readOnly)
                    visit(at++, t, way[t]);
                else if (IsRead(way[t]))
                    visit(at++, t, way[t] - (Count - Read));
        }
    }

    bool IsRead(int place) => place >= Count - Read;

    static Comparer<int> ByTokens(IReadOnlyList<int[]> rows) =>
        Comparer<int>.Create((a, b) => rows[a].AsSpan().SequenceCompareTo(rows[b]) is not 0 and var order ? order : a.CompareTo(b));
}
