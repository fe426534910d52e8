namespace LiftLab.Engine.Models.Layers;

/// <summary>A token behind every packed sequence, and behind its parent's tokens.</summary>
/// <param name="Parent">The branch it follows, by number; −1 where it follows the sequence itself. Parents come first.</param>
/// <param name="Depth">Tokens behind the sequence, itself counted.</param>
public readonly record struct BranchToken(int Token, int Parent, int Depth);

/// <summary>
/// Sequences as one line of tokens for one pass through the model: nothing is padded, and what neighbours have in common at their
/// beginning stands there once. Where each sequence's tokens lie in the line is kept for attention, the only part of a model that looks
/// beyond a token.
/// The line ends with what is read: each sequence's last token and its branches.
/// </summary>
public sealed class PackedSequences
{
    readonly int[][] ways; // of each sequence, where its tokens lie in carried ⧺ line
    readonly int[] known;
    readonly IReadOnlyList<BranchToken> branches;

    /// <param name="sequences">Sorted by their tokens and all different, so that each has most in common with the one before it.</param>
    /// <param name="carried">Tokens of the first that were computed before.</param>
    /// <param name="branches">The same tree behind each sequence.</param>
    public PackedSequences(IReadOnlyList<int[]> sequences, int carried, IReadOnlyList<BranchToken> branches)
    {
        this.branches = branches;
        Carried = carried;
        (ways, known) = (new int[sequences.Count][], new int[sequences.Count]);
        for (var r = 0; r < ways.Length; r++)
        {
            known[r] = r == 0 ? carried : sequences[r - 1].AsSpan().CommonPrefixLength(sequences[r]);
            if (known[r] >= sequences[r].Length)
                throw new ArgumentException(
                    $"sequence {r} has no token of its own: sequences must be sorted, different and not empty",
                    nameof(sequences)
                );
        }
        var inner = sequences.Select((s, r) => s.Length - known[r] - 1).Sum();
        Count = inner + Read;
        (Ids, Positions) = (new int[Count], new int[Count]);
        for (int r = 0, at = 0; r < ways.Length; r++)
        {
            var sequence = sequences[r];
            var way = ways[r] = new int[sequence.Length];
            if (r == 0)
                for (var t = 0; t < carried; t++)
                    way[t] = t;
            else
                ways[r - 1].AsSpan(0, known[r]).CopyTo(way);
            for (var t = known[r]; t < sequence.Length; t++)
            {
                var place = t == sequence.Length - 1 ? inner + r * ReadEach : at++;
                (Ids[place], Positions[place], way[t]) = (sequence[t], t, carried + place);
            }
            for (var b = 0; b < branches.Count; b++)
                (Ids[inner + r * ReadEach + 1 + b], Positions[inner + r * ReadEach + 1 + b]) = (
                    branches[b].Token,
                    sequence.Length - 1 + branches[b].Depth
                );
        }
        Longest = ways.Max(w => w.Length);
        Queries = ways.Select((w, r) => w.Length - known[r]).Max() + branches.Count;
    }

    public int Rows => ways.Length;

    /// <summary>Tokens of the line.</summary>
    public int Count { get; }

    /// <summary>Token ids of the line.</summary>
    public int[] Ids { get; }

    /// <summary>Where each token of the line stands in its sequence.</summary>
    public int[] Positions { get; }

    public int Carried { get; }

    /// <summary>Tokens of the longest sequence, branches not counted.</summary>
    public int Longest { get; }

    /// <summary>Tokens a sequence that are read: its last one and its branches.</summary>
    public int ReadEach => 1 + branches.Count;

    /// <summary>Tokens that are read; the last of the line, sequence after sequence.</summary>
    public int Read => Rows * ReadEach;

    /// <summary>Keys that a sequence may look at, branches and padding counted.</summary>
    public int Keys => Longest + branches.Count;

    /// <summary>Most tokens that a sequence has of its own, branches counted.</summary>
    public int Queries { get; }

    /// <summary>Places in carried ⧺ line of the last sequence's first tokens.</summary>
    public long[] WayOfLast(int tokens) => [.. ways[^1].Take(tokens).Select(p => (long)p)];

    /// <summary>For each sequence the places of its keys in carried ⧺ line; behind the shorter ones place 0. (Rows · Keys)</summary>
    public long[] KeyPlaces()
    {
        var places = new long[Rows * Keys];
        for (var r = 0; r < Rows; r++)
        {
            for (var t = 0; t < ways[r].Length; t++)
                places[r * Keys + t] = ways[r][t];
            for (var b = 0; b < branches.Count; b++)
                places[r * Keys + Longest + b] = Carried + FirstRead(r) + 1 + b;
        }
        return places;
    }

    /// <summary>For each sequence the places in the line of its own tokens; behind the shorter ones place 0. (Rows · Queries)</summary>
    public long[] QueryPlaces()
    {
        var places = new long[Rows * Queries];
        ForEachQuery((r, j, _, place) => places[r * Queries + j] = place);
        return places;
    }

    /// <summary>The way back: for each token of the line its place in (Rows · Queries).</summary>
    public long[] LinePlaces()
    {
        var places = new long[Count];
        ForEachQuery((r, j, _, place) => places[place] = r * Queries + j);
        return places;
    }

    /// <summary>0 where a token may look and −∞ elsewhere: (Rows, Queries, Keys) for all, (Rows, ReadEach, Keys) for those read.</summary>
    public float[] Mask(int? window, bool readOnly)
    {
        var each = readOnly ? ReadEach : Queries;
        var mask = new float[Rows * each * Keys];
        Array.Fill(mask, float.NegativeInfinity);
        for (var r = 0; r < Rows; r++)
        {
            var length = ways[r].Length;
            var own = length - known[r];
            var skipped = readOnly ? own - 1 : 0;
            for (var j = 0; j < each; j++)
            {
                var line = mask.AsSpan((r * each + j) * Keys, Keys);
                var t = known[r] + skipped + j;
                var branch = t - length;
                if (branch >= branches.Count) // padding: a softmax needs something
                {
                    line[0] = 0;
                    continue;
                }
                var position = branch < 0 ? t : length - 1 + branches[branch].Depth;
                var first = window is { } w ? Math.Max(0, position - w + 1) : 0;
                var end = Math.Min(t + 1, length);
                if (first < end)
                    line[first..end].Clear();
                for (var b = branch; b >= 0; b = branches[b].Parent)
                    if (length - 1 + branches[b].Depth >= first)
                        line[Longest + b] = 0;
            }
        }
        return mask;
    }

    /// <summary>Where each different token of the line stands first, and for each token of the line which of these it is.</summary>
    /// <param name="byPosition">Tokens at different positions differ.</param>
    public (long[] Firsts, long[] Copies) Repeated(bool byPosition)
    {
        var numbers = new Dictionary<(int Id, int Position), int>();
        var (firsts, copies) = (new List<long>(), new long[Count]);
        for (var i = 0; i < Count; i++)
        {
            if (!numbers.TryGetValue((Ids[i], byPosition ? Positions[i] : 0), out var number))
            {
                numbers[(Ids[i], byPosition ? Positions[i] : 0)] = number = firsts.Count;
                firsts.Add(i);
            }
            copies[i] = number;
        }
        return ([.. firsts], copies);
    }

    int FirstRead(int row) => Count - Read + row * ReadEach;

    void ForEachQuery(Action<int, int, int, int> visit)
    {
        for (var r = 0; r < Rows; r++)
        {
            var own = ways[r].Length - known[r];
            for (var j = 0; j < own; j++)
                visit(r, j, known[r] + j, ways[r][known[r] + j] - Carried);
            for (var b = 0; b < branches.Count; b++)
                visit(r, own + b, ways[r].Length, FirstRead(r) + 1 + b);
        }
    }
}
