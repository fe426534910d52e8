namespace LiftLab.Engine.Models.Layers;

/// <summary>A node of the token tree that follows every packed sequence.</summary>
/// <param name="Parent">Index of the parent branch; −1 if it follows the sequence directly. Parents precede their children.</param>
/// <param name="Depth">Distance from the last token of the sequence, from 1.</param>
public readonly record struct BranchToken(int Token, int Parent, int Depth);

/// <summary>
/// Sequences packed into one list of tokens for one forward pass: there is no padding, and a prefix shared by neighbours is stored once.
/// The indices of each sequence's tokens are kept for the attention, the only operation that mixes tokens. The list ends with the tokens
/// whose hidden states are read: each sequence's last token and its branches.
/// </summary>
public sealed class PackedSequences
{
    readonly int[][] ways; // per sequence, the indices of its tokens in carried ⧺ packed
    readonly int[] known;
    readonly IReadOnlyList<BranchToken> branches;

    /// <param name="sequences">Distinct sequences sorted by their token ids, so that each shares the longest prefix with its
    /// predecessor.</param>
    /// <param name="carried">Number of prefix tokens of the first sequence that a previous pass computed.</param>
    /// <param name="branches">Token tree that follows each sequence.</param>
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
                    $"sequence {r} has no token of its own: sequences must be sorted, distinct and not empty",
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

    /// <summary>Number of packed tokens.</summary>
    public int Count { get; }

    /// <summary>Packed token ids.</summary>
    public int[] Ids { get; }

    /// <summary>Position of each packed token in its sequence.</summary>
    public int[] Positions { get; }

    public int Carried { get; }

    /// <summary>Length of the longest sequence, without branches.</summary>
    public int Longest { get; }

    /// <summary>Tokens read per sequence: its last one and its branches.</summary>
    public int ReadEach => 1 + branches.Count;

    /// <summary>Number of tokens read; they are the last packed tokens, sequence by sequence.</summary>
    public int Read => Rows * ReadEach;

    /// <summary>Number of keys per sequence, including branches and padding.</summary>
    public int Keys => Longest + branches.Count;

    /// <summary>Maximum number of tokens that a sequence does not share with its predecessor, including branches.</summary>
    public int Queries { get; }

    /// <summary>Indices in carried ⧺ packed of the last sequence's first tokens.</summary>
    public long[] WayOfLast(int tokens) => [.. ways[^1].Take(tokens).Select(p => (long)p)];

    /// <summary>(Rows · Keys): per sequence, the indices of its keys in carried ⧺ packed; padded with index 0.</summary>
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

    /// <summary>(Rows · Queries): per sequence, the packed indices of its own tokens; padded with index 0.</summary>
    public long[] QueryPlaces()
    {
        var places = new long[Rows * Queries];
        ForEachQuery((r, j, _, place) => places[r * Queries + j] = place);
        return places;
    }

    /// <summary>The inverse of <see cref="QueryPlaces"/>: per packed token, its index in (Rows · Queries).</summary>
    public long[] LinePlaces()
    {
        var places = new long[Count];
        ForEachQuery((r, j, _, place) => places[place] = r * Queries + j);
        return places;
    }

    /// <summary>
    /// The additive attention mask, 0 or −∞: (Rows, Queries, Keys) for all tokens, (Rows, ReadEach, Keys) for those read.
    /// </summary>
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
                if (branch >= branches.Count) // padding: a softmax needs at least one key
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

    /// <summary>
    /// The mask in short: for each query (Rows · each) the first key and the end of its keys among the sequence's tokens, and the number of
    /// its branch; <see cref="Branches"/> for a query that is in no branch.
    /// </summary>
    public (long[] First, long[] End, long[] Branch) Reach(int? window, bool readOnly)
    {
        var each = readOnly ? ReadEach : Queries;
        var (firsts, ends, own) = (new long[Rows * each], new long[Rows * each], new long[Rows * each]);
        for (var r = 0; r < Rows; r++)
        {
            var length = ways[r].Length;
            var skipped = readOnly ? length - known[r] - 1 : 0;
            for (var j = 0; j < each; j++)
            {
                var (t, at) = (known[r] + skipped + j, r * each + j);
                var branch = t - length;
                if (branch >= branches.Count)
                {
                    (firsts[at], ends[at], own[at]) = (0, 1, branches.Count); // padding: a softmax needs at least one key
                    continue;
                }
                var position = branch < 0 ? t : length - 1 + branches[branch].Depth;
                firsts[at] = window is { } w ? Math.Max(0, position - w + 1) : 0;
                ends[at] = Math.Min(t + 1, length);
                own[at] = branch < 0 ? branches.Count : branch;
            }
        }
        return (firsts, ends, own);
    }

    /// <summary>Number of branch tokens of each sequence.</summary>
    public int Branches => branches.Count;

    /// <summary>
    /// (Branches + 1, Branches) whether a branch attends to another one: to itself and its parents. The last row is all false.
    /// </summary>
    public bool[] Lineage()
    {
        var lines = new bool[(branches.Count + 1) * branches.Count];
        for (var i = 0; i < branches.Count; i++)
        for (var b = i; b >= 0; b = branches[b].Parent)
            lines[i * branches.Count + b] = true;
        return lines;
    }

    /// <summary>(Rows · Branches) position of each branch token in its sequence.</summary>
    public long[] BranchPlaces() => [.. ways.SelectMany(w => branches.Select(b => (long)w.Length - 1 + b.Depth))];

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
