using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.RandomNumbers;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Tests.Engine.Tables.Steps;

/// <summary>Undo, redo, switching off and branches; whatever the way, the same steps give the same bytes.</summary>
public sealed class StepTreeTests
{
    static readonly TableStep A = new RenameColumn("a", "x"),
        B = new TrimBlanks(),
        C = new DropColumns(["b"]),
        D = new UseColumn("b", false);

    [Fact]
    public void A_step_after_an_undo_begins_a_branch_and_keeps_the_old_one()
    {
        var tree = StepTree.Empty.Add([A, B, C]).Undo().Undo().Add(D);
        Assert.Equal([A, D], tree.Steps);
        Assert.Equal(2, tree.Ends.Count);
        var old = tree.GoTo(tree.Ends[0].Id);
        Assert.Equal([A, B, C], old.Steps);
        Assert.Equal([A, D], old.GoTo(tree.Head).Steps);
    }

    [Fact]
    public void Undone_steps_are_done_again_in_order()
    {
        var tree = StepTree.Empty.Add([A, B, C]).Undo().Undo();
        Assert.True(tree is { CanUndo: true, CanRedo: true });
        Assert.Equal([A, B], tree.Redo().Steps);
        Assert.Equal([A, B, C], tree.Redo().Redo().Redo().Steps);
        Assert.Equal([], tree.GoTo(0).Steps);
        Assert.Equal([A, B, C], tree.GoTo(0).GoTo(3).Steps);
        Assert.Equal(tree, tree with { });
        Assert.Equal([], StepTree.Empty.Undo().Redo().Steps);
    }

    [Fact]
    public void The_same_step_after_an_undo_makes_no_second_branch()
    {
        var tree = StepTree.Empty.Add([A, B, C]).Switch(2, false).Undo().Undo().Add(new TrimBlanks());
        Assert.Equal(3, tree.Nodes.Count);
        Assert.Equal([A, B], tree.Active);
        Assert.Equal([A, B, C], tree.Redo().Steps);
    }

    [Fact]
    public void A_step_in_the_middle_is_switched_off_and_on()
    {
        var tree = StepTree.Empty.Add([A, B, C]).Switch(2, false);
        Assert.Equal([2], tree.OffPlaces);
        Assert.Equal([A, C], tree.Active);
        Assert.Equal([A, B, C], tree.Switch(2, true).Active);
        Assert.Throws<KeyNotFoundException>(() => tree.Switch(9, false));
        Assert.Throws<KeyNotFoundException>(() => tree.GoTo(9));
    }

    [Fact]
    public void A_step_that_needs_one_that_is_off_is_left_out_and_says_so()
    {
        var table = SomeTable.Of(("a", ["1", "2"]), ("b", ["u", "v"]));
        var tree = StepTree.Empty.Add([A, new ClipNumbers("x", High: 1)]).Switch(1, false);
        var done = tree.On(table);
        Assert.Equal([StepState.Off, StepState.Failed], done.Outcomes.Select(o => o.State));
        Assert.Contains("no column 'x'", done.Outcomes[1].Failure!.What, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], done.Table["a"].Cells);
        var bad = Assert.Throws<BadDataException>(() => done.Demanded(n => $"--without-step {n}"));
        Assert.Contains("--without-step 2", Assert.Single(bad.Problems).WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_undone_in_any_order_give_equal_bytes()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new NumpyRandom(seed);
            var table = RandomSteps.Table(random);
            var before = RandomSteps.Bytes(table);
            var steps = RandomSteps.Of(random, table, random.Integer(1, 9));
            var tree = StepTree.Empty.Add(steps);
            var whole = RandomSteps.Bytes(tree.On(table).Table);
            // A random set of steps, switched off in two orders, the second one with detours.
            int[] off = [.. tree.Done.Where(_ => random.Integer(0, 2) == 0).Select(n => n.Id)];
            var one = off.Aggregate(tree, (t, id) => t.Switch(id, false));
            int[] shuffled = [.. random.Permutation(off)];
            var two = shuffled.Aggregate(tree, (t, id) => t.Switch(id, false).Undo().Redo().Switch(tree.Head, true).Switch(id, false));
            two = off.Contains(tree.Head) ? two.Switch(tree.Head, false) : two;
            var without = SteppedTable.Of(table, [.. tree.Done.Where(n => !off.Contains(n.Id)).Select(n => n.Step)]);
            Assert.Equal(RandomSteps.Bytes(without.Table), RandomSteps.Bytes(one.On(table).Table));
            Assert.Equal(RandomSteps.Bytes(without.Table), RandomSteps.Bytes(two.On(table).Table));
            // All on again, and a detour over another branch.
            var again = shuffled.Aggregate(two, (t, id) => t.Switch(id, true)).GoTo(0).Add(new TrimBlanks()).GoTo(tree.Head);
            Assert.Equal(whole, RandomSteps.Bytes(again.On(table).Table));
            // Everything undone is the table as read, and nothing has touched it.
            Assert.Equal(before, RandomSteps.Bytes(again.GoTo(0).On(table).Table));
            Assert.Equal(before, RandomSteps.Bytes(tree.Done.Aggregate(tree, (t, n) => t.Switch(n.Id, false)).On(table).Table));
        }
    }

    [Fact]
    public void A_damaged_tree_leads_round_in_no_circle()
    {
        var tree = new StepTree([new(1, 2, A), new(2, 1, B), new(3, 3, C)], 3, 2, [7]);
        Assert.Equal([C], tree.Steps);
        Assert.Equal([A, B], tree.GoTo(2).Steps);
    }
}
