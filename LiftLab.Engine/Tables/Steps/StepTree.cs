using System.Text.Json.Serialization;

namespace LiftLab.Engine.Tables.Steps;

/// <summary>
/// The steps that were ever taken on a table, as a tree: a step after an undo begins a branch beside the steps that were undone, which
/// stay.
/// Immutable.
/// </summary>
/// <param name="Nodes">In the order in which they were added; a node's parent comes before it.</param>
/// <param name="Head">The last step that is done; 0 for none.</param>
/// <param name="Tip">The end of the branch in use: undone steps between head and tip can be done again.</param>
/// <param name="Off">Steps that are switched off, wherever they are.</param>
public sealed record StepTree(IReadOnlyList<StepNode> Nodes, int Head, int Tip, IReadOnlyList<int> Off)
{
    public static StepTree Empty { get; } = new([], 0, 0, []);

    /// <summary>The branch in use, first step first, with the steps at its end that are undone.</summary>
    [JsonIgnore]
    public IReadOnlyList<StepNode> Line => PathTo(Tip);

    /// <summary>The steps up to the head, first step first, also those that are switched off.</summary>
    [JsonIgnore]
    public IReadOnlyList<StepNode> Done => PathTo(Head);

    [JsonIgnore]
    public IReadOnlyList<TableStep> Steps => [.. Done.Select(n => n.Step)];

    /// <summary>The places in <see cref="Steps"/>, from 1, that are switched off.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> OffPlaces =>
        [.. Done.Select((n, i) => (n.Id, Place: i + 1)).Where(n => Off.Contains(n.Id)).Select(n => n.Place)];

    /// <summary>The steps that are done and on: what the table is made with.</summary>
    [JsonIgnore]
    public IReadOnlyList<TableStep> Active => [.. Done.Where(n => !Off.Contains(n.Id)).Select(n => n.Step)];

    /// <summary>The last steps of all branches, oldest first.</summary>
    [JsonIgnore]
    public IReadOnlyList<StepNode> Ends => [.. Nodes.Where(n => Nodes.All(child => child.Parent != n.Id))];

    [JsonIgnore]
    public bool CanUndo => Head != 0;

    [JsonIgnore]
    public bool CanRedo => Head != Tip;

    /// <summary>The table after the steps that are done.</summary>
    public SteppedTable On(Table source) => SteppedTable.Of(source, Steps, OffPlaces);

    /// <summary>Adds a step behind the head. The same step that was undone there is done again.</summary>
    public StepTree Add(TableStep step)
    {
        var text = StepFile.Text(step);
        if (Nodes.FirstOrDefault(n => n.Parent == Head && StepFile.Text(n.Step) == text) is { } known)
            return GoTo(known.Id) with { Off = [.. Off.Where(id => id != known.Id)] };
        var id = Nodes.Count == 0 ? 1 : Nodes[^1].Id + 1;
        return this with { Nodes = [.. Nodes, new(id, Head, step)], Head = id, Tip = id };
    }

    /// <param name="off">Places in the list, from 1, of steps that are switched off.</param>
    public StepTree Add(IEnumerable<TableStep> steps, IReadOnlyCollection<int>? off = null) =>
        steps
            .Select((step, i) => (step, Place: i + 1))
            .Aggregate(
                this,
                (tree, s) => tree.Add(s.step) is var more && off?.Contains(s.Place) == true ? more.Switch(more.Head, false) : more
            );

    public StepTree Undo() => CanUndo ? this with { Head = Node(Head).Parent } : this;

    public StepTree Redo() => CanRedo ? this with { Head = Line[Done.Count].Id } : this;

    /// <summary>Makes a step the last that is done: undoes what comes after it, or changes to its branch. 0 undoes everything.</summary>
    /// <exception cref="KeyNotFoundException">There is no such step.</exception>
    public StepTree GoTo(int id)
    {
        if (id != 0)
            _ = Node(id);
        return this with { Head = id, Tip = id == 0 || Line.Any(n => n.Id == id) ? Tip : EndOf(id) };
    }

    /// <summary>Switches a step off or on; those before and after it stay.</summary>
    /// <exception cref="KeyNotFoundException">There is no such step.</exception>
    public StepTree Switch(int id, bool on) =>
        this with
        {
            Off = on ? [.. Off.Where(o => o != Node(id).Id)] : [.. Off.Append(Node(id).Id).Distinct().Order()],
        };

    public bool IsOn(int id) => !Off.Contains(id);

    /// <summary>The steps that lead to one, first step first, and the step itself.</summary>
    public IReadOnlyList<StepNode> PathTo(int id)
    {
        var path = new List<StepNode>();
        while (id != 0 && Nodes.FirstOrDefault(n => n.Id == id) is { } node)
        {
            path.Add(node);
            // A parent comes before its children: a damaged tree leads round in no circle.
            id = node.Parent < node.Id ? node.Parent : 0;
        }
        path.Reverse();
        return path;
    }

    /// <summary>The newest end of the branches through a step.</summary>
    int EndOf(int id)
    {
        while (Nodes.LastOrDefault(n => n.Parent == id && n.Id > id) is { } child)
            id = child.Id;
        return id;
    }

    StepNode Node(int id) => Nodes.FirstOrDefault(n => n.Id == id) ?? throw new KeyNotFoundException($"There is no step {id}.");
}

/// <summary>A step in a tree.</summary>
/// <param name="Id">From 1; never used again.</param>
/// <param name="Parent">The step before it; 0 for the table as read.</param>
public sealed record StepNode(int Id, int Parent, TableStep Step);
