using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Contracts;

/// <summary>What every learner promises, LIFT and classical models alike. Each law builds its own small table.</summary>
static class LearnerLaws
{
    const int Rows = 60;

    public static async Task Same_seed_same_predictions(ILearner learner, TaskKind kind)
    {
        // a task each: what a learner keeps for a task must not make this true by itself
        var (first, second) = (Task(kind), Task(kind));
        Same(await Predict(learner, first, first.Split.Test), await Predict(learner, second, second.Split.Test));
    }

    public static async Task Test_targets_are_not_looked_at(ILearner learner, TaskKind kind)
    {
        var honest = Task(kind);
        var spoilt = Task(
            kind,
            target: (row, cell) =>
                honest.Split.Test.Contains(row)
                    ? kind == TaskKind.Classification
                        ? "red"
                        : "-1000"
                    : cell
        );
        Same(await Predict(learner, honest, honest.Split.Test), await Predict(learner, spoilt, honest.Split.Test));
    }

    public static async Task Cancel_is_honoured(ILearner learner, TaskKind kind)
    {
        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => learner.FitAsync(Task(kind), 1, null, before.Token));
    }

    public static async Task Unseen_categories_and_missing_cells_get_an_answer(ILearner learner, TaskKind kind)
    {
        var task = Task(kind);
        var strange = Strange(task);
        using var predictor = await learner.FitAsync(task, 1);
        Answered(await predictor.PredictAsync(strange, [0, 1, 2]), task);
    }

    /// <summary>Rows with a missing number, an extreme one, an unseen category and a missing one, and no target column.</summary>
    static Table Strange(LearningTask task)
    {
        var some = task.Table.Take([0, 1, 2]);
        return new Table(
            "strange",
            [
                .. some
                    .Columns.Where(c => c.Name != "y")
                    .Select(c =>
                        c.Name switch
                        {
                            "size" => new Column(c.Name, ["", "1e9", c.Cells[2]]),
                            "shape" => new Column(c.Name, ["never seen", "", c.Cells[2]]),
                            _ => c,
                        }
                    ),
            ]
        );
    }

    public static async Task Missing_cells_in_training_are_no_obstacle(ILearner learner, TaskKind kind)
    {
        var task = Task(kind, feature: (row, name, cell) => row % 7 == 3 && name != "weight" ? "" : cell);
        Answered(await Predict(learner, task, task.Split.Test), task);
    }

    public static async Task One_feature_is_enough(ILearner learner, TaskKind kind)
    {
        var task = Task(kind);
        var schema = task.Schema with
        {
            Columns = [.. task.Schema.Columns.Select(c => c.Name is "y" or "size" ? c : c with { Role = ColumnRole.Ignored })],
        };
        task = new(task.Table, schema, task.Split);
        Answered(await Predict(learner, task, task.Split.Test), task);
    }

    public static async Task A_constant_feature_does_no_harm(ILearner learner, TaskKind kind)
    {
        var task = Task(kind, feature: (_, name, cell) => name == "weight" ? "3" : cell);
        Answered(await Predict(learner, task, task.Split.Test), task);
        var nothing = Task(kind, feature: (_, name, _) => name == "shape" ? "square" : "3");
        Answered(await Predict(learner, nothing, nothing.Split.Test), nothing);
    }

    public static async Task Predictions_do_not_depend_on_the_rows_beside_them(ILearner learner, TaskKind kind)
    {
        var task = Task(kind);
        using var predictor = await learner.FitAsync(task, 1);
        var together = await predictor.PredictAsync(task.Table, task.Split.Test);
        for (var i = 0; i < 3; i++)
            Same([together[i]], await predictor.PredictAsync(task.Table, [task.Split.Test[i]]));
        Same([.. together.Reverse()], await predictor.PredictAsync(task.Table, [.. task.Split.Test.Reverse()]));
        Assert.Empty(await predictor.PredictAsync(task.Table, []));
    }

    /// <summary>Open(Keep(p)) answers exactly as p, for rows of the table and for new ones; opened by a learner made anew, as after a
    /// restart.</summary>
    public static async Task An_opened_model_answers_as_the_kept_one(Func<ILearner> create, LearningTask task, string folder)
    {
        var unseen = Strange(task);
        using var fitted = await create().FitAsync(task, 1);
        await fitted.KeepAsync(folder);
        using (var opened = await create().OpenAsync(folder))
        {
            Identical(await fitted.PredictAsync(task.Table, task.Split.Test), await opened.PredictAsync(task.Table, task.Split.Test));
            Identical(await fitted.PredictAsync(unseen, [0, 1, 2]), await opened.PredictAsync(unseen, [0, 1, 2]));
            Assert.Equal(fitted.Settings.ToJsonString(), opened.Settings.ToJsonString());
            await opened.KeepAsync(folder + "-again");
        }
        using var twice = await create().OpenAsync(folder + "-again");
        Identical(await fitted.PredictAsync(unseen, [0, 1, 2]), await twice.PredictAsync(unseen, [0, 1, 2]));
    }

    /// <summary>A file of a kept model that was changed, cut or lost is an error that names it, for every file.</summary>
    public static async Task Damage_to_a_kept_model_is_a_clear_error(ILearner learner, LearningTask task, string folder)
    {
        using (var fitted = await learner.FitAsync(task, 1))
            await fitted.KeepAsync(folder);
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var whole = await File.ReadAllBytesAsync(file);
            byte[] changed = [.. whole];
            // Several bytes: one changed bit of a packed file may unpack to the same content.
            for (var i = 0; i < Math.Min(8, whole.Length); i++)
                changed[Math.Min(whole.Length - 1, whole.Length / 2 + i)] ^= 0x55;
            foreach (var bytes in (byte[]?[])[changed, whole[..(whole.Length / 2)], [], null])
            {
                if (bytes is null)
                    File.Delete(file);
                else
                    await File.WriteAllBytesAsync(file, bytes);
                var refused = await Assert.ThrowsAsync<KeptModelException>(() => learner.OpenAsync(folder));
                Assert.Contains(folder, refused.What, StringComparison.Ordinal);
                Assert.NotEmpty(refused.WhatToDo);
            }
            await File.WriteAllBytesAsync(file, whole);
        }
        (await learner.OpenAsync(folder)).Dispose();
    }

    public static async Task Cancel_is_honoured_while_keeping_and_opening(ILearner learner, LearningTask task, string folder)
    {
        using var cancelled = new CancellationTokenSource();
        using var fitted = await learner.FitAsync(task, 1);
        await fitted.KeepAsync(folder);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fitted.KeepAsync(folder + "-2", cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => learner.OpenAsync(folder, cancelled.Token));
    }

    /// <summary>Class names are words in an order of their own, and one class has no training row.</summary>
    public static async Task Classes_are_words_and_may_be_missing_from_training(ILearner learner)
    {
        var task = Task(TaskKind.Classification, target: (row, cell) => row == 0 ? "violet" : cell);
        task = new(
            task.Table,
            task.Schema,
            task.Split with
            {
                Train = [.. task.Split.Train.Where(r => r != 0)],
                Test = [0, .. task.Split.Test.Where(r => r != 0)],
            }
        );
        Assert.Equal(["blue", "green", "red", "violet"], task.Labels);
        var predictions = await Predict(learner, task, task.Split.Test);
        Answered(predictions, task);
        if (learner.Name == "majority")
            return;
        var right = task.Split.Test.Where((row, i) => predictions[i] is Prediction.Answered a && a.Value == task.Targets[row]).Count();
        Assert.True(right >= 0.6 * task.Split.Test.Count, $"{right} of {task.Split.Test.Count} right");
    }

    /// <summary>
    /// Three well-parted classes (or a smooth number) of two numbers and a category; every fifth row is tested, every sixth chooses.
    /// </summary>
    public static LearningTask Task(
        TaskKind kind,
        Func<int, string, string, string>? feature = null,
        Func<int, string, string>? target = null
    )
    {
        var random = new Random(11);
        string[] colours = ["red", "green", "blue"];
        var rows = Enumerable
            .Range(0, Rows)
            .Select(i =>
            {
                var k = i % 3;
                double size = 2 * k + random.NextDouble(),
                    weight = 5 - k + random.NextDouble();
                return (
                    Size: Text(size),
                    Weight: Text(weight),
                    Shape: (i + k) % 2 == 0 ? "round" : "square",
                    Y: kind == TaskKind.Classification ? colours[k] : Text(10 * size - weight)
                );
            })
            .ToArray();
        Column Make(string name, Func<int, string> cell) =>
            new(name, [.. Enumerable.Range(0, Rows).Select(r => feature is null ? cell(r) : feature(r, name, cell(r)))]);
        var table = new Table(
            "law",
            [
                Make("size", r => rows[r].Size),
                Make("weight", r => rows[r].Weight),
                Make("shape", r => rows[r].Shape),
                new Column("y", [.. Enumerable.Range(0, Rows).Select(r => target is null ? rows[r].Y : target(r, rows[r].Y))]),
            ]
        );
        var schema = new Schema(
            [
                new("size", ColumnKind.Number),
                new("weight", ColumnKind.Number),
                new("shape", ColumnKind.Category),
                new("y", kind == TaskKind.Classification ? ColumnKind.Category : ColumnKind.Number, ColumnRole.Target),
            ],
            kind
        );
        int[] all = [.. Enumerable.Range(0, Rows)];
        return new(
            table,
            schema,
            new Split(
                [.. all.Where(r => r % 5 != 1 && r % 6 != 2)],
                [.. all.Where(r => r % 5 != 1 && r % 6 == 2)],
                [.. all.Where(r => r % 5 == 1)]
            )
        );
    }

    static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    static async Task<IReadOnlyList<Prediction>> Predict(ILearner learner, LearningTask task, IReadOnlyList<int> rows)
    {
        using var predictor = await learner.FitAsync(task, 1);
        Assert.NotNull(predictor.Settings);
        return await predictor.PredictAsync(task.Table, rows);
    }

    static void Answered(IReadOnlyList<Prediction> predictions, LearningTask task) =>
        Assert.All(
            predictions,
            p =>
            {
                var a = Assert.IsType<Prediction.Answered>(p);
                Assert.True(double.IsFinite(a.Value));
                if (task.Kind == TaskKind.Regression)
                    return;
                Assert.InRange(a.Value, 0, task.Labels.Count - 1);
                if (a.Probabilities is null)
                    return;
                Assert.Equal(task.Labels.Count, a.Probabilities.Count);
                Assert.Equal(1, a.Probabilities.Sum(), 1e-6);
                Assert.All(a.Probabilities, x => Assert.InRange(x, 0, 1 + 1e-9));
            }
        );

    /// <summary>Bit for bit, also text and what could not be read.</summary>
    public static void Identical(IReadOnlyList<Prediction> first, IReadOnlyList<Prediction> second)
    {
        static long[] Bits(IEnumerable<double>? values) => [.. (values ?? []).Select(BitConverter.DoubleToInt64Bits)];
        Assert.Equal(first.Count, second.Count);
        foreach (var (p, q) in first.Zip(second))
        {
            if (p is Prediction.Unreadable)
            {
                Assert.Equal(p, q);
                continue;
            }
            var (a, b) = (Assert.IsType<Prediction.Answered>(p), Assert.IsType<Prediction.Answered>(q));
            Assert.Equal(Bits([a.Value]), Bits([b.Value]));
            Assert.Equal(Bits(a.Probabilities), Bits(b.Probabilities));
            Assert.Equal(Bits(a.Deviation is { } d ? [d] : null), Bits(b.Deviation is { } e ? [e] : null));
            Assert.Equal(a.Text, b.Text);
        }
    }

    static void Same(IReadOnlyList<Prediction> first, IReadOnlyList<Prediction> second)
    {
        Assert.Equal(first.Count, second.Count);
        foreach (var (p, q) in first.Zip(second))
        {
            var (a, b) = (Assert.IsType<Prediction.Answered>(p), Assert.IsType<Prediction.Answered>(q));
            Assert.Equal(a.Value, b.Value);
            Assert.Equal(a.Probabilities ?? [], b.Probabilities ?? []);
            Assert.Equal(a.Deviation, b.Deviation);
        }
    }
}
