using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Baselines.Networks;

/// <summary>A multilayer perceptron whose gradient shows in which direction each test row is answered worse.</summary>
sealed class AttackSource
{
    /// <summary>foolbox's default of the paper: 40 steps, each 0.01/0.3 of the size.</summary>
    const int Steps = 40;
    const double StepShare = 0.01 / 0.3;

    static readonly Setting Network = new(
        "mlp",
        new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["learning_rate"] = 0.01,
            ["early_stopping"] = false,
            ["width"] = 100,
            ["layers"] = 2,
            ["max_iter"] = 300,
        }
    );

    /// <summary>The networks of a task by seed: all levels and learners of a study are attacked by the same one.</summary>
    static readonly ConditionalWeakTable<LearningTask, ConcurrentDictionary<int, Lazy<AttackSource>>> Known = [];

    readonly MultilayerPerceptron model;
    readonly Matrix rows;
    readonly double[] targets;
    readonly int[] places;
    readonly double[] least,
        most;

    AttackSource(MultilayerPerceptron model, Matrix rows, double[] targets, int[] places, double[] least, double[] most) =>
        (this.model, this.rows, this.targets, this.places, this.least, this.most) = (model, rows, targets, places, least, most);

    /// <summary>The network of this task and seed, which is fitted when it is first asked for.</summary>
    /// <param name="numeric">The task's numeric features; the moves have one column for each.</param>
    public static AttackSource Of(LearningTask task, IReadOnlyList<string> numeric, int seed) =>
        Known.GetOrCreateValue(task).GetOrAdd(seed, _ => new(() => Fit(task, numeric, seed))).Value;

    static AttackSource Fit(LearningTask task, IReadOnlyList<string> numeric, int seed)
    {
        var encoder = FeatureEncoder.Fit(task, FeatureEncoding.Standard);
        var coding = new TargetCoding(task, FeatureEncoding.Standard);
        var train = encoder.Encode(task.Table, task.Split.Train);
        var model = (MultilayerPerceptron)
            MultilayerPerceptron.Fit(
                new(train, coding.Encode(task, task.Split.Train), coding.Classes),
                Network,
                seed,
                CancellationToken.None
            );
        int[] places = [.. numeric.Select(encoder.PlaceOf)];
        double Edge(int column, Func<double, double, double> pick) =>
            Enumerable.Range(0, train.Rows).Select(r => train[r][column]).Aggregate(pick);
        return new(
            model,
            encoder.Encode(task.Table, task.Split.Test),
            coding.Encode(task, task.Split.Test),
            places,
            [.. places.Select(p => Edge(p, Math.Min))],
            [.. places.Select(p => Edge(p, Math.Max))]
        );
    }

    /// <summary>One step of the whole size along the sign of the gradient.</summary>
    /// <returns>Moves in standard deviations. Shape (test rows, numeric features).</returns>
    public Matrix Fgsm(double size)
    {
        var moves = new Matrix(rows.Rows, places.Length);
        Step(moves, size, size);
        return moves;
    }

    /// <summary>Projected gradient descent from a random start within the size.</summary>
    /// <inheritdoc cref="Fgsm"/>
    public Matrix Pgd(double size, SeedStream seed)
    {
        var random = seed.Random();
        var moves = new Matrix(rows.Rows, places.Length);
        for (var i = 0; i < moves.Data.Length; i++)
            moves.Data[i] = size * (2 * random.NextDouble() - 1);
        for (var step = 0; step < Steps; step++)
            Step(moves, size * StepShare, size);
        return moves;
    }

    void Step(Matrix moves, double step, double size)
    {
        var moved = new Matrix(rows.Rows, rows.Columns);
        rows.Data.CopyTo(moved.Data, 0);
        for (var r = 0; r < rows.Rows; r++)
        for (var j = 0; j < places.Length; j++)
            moved[r][places[j]] = Inside(j, rows[r][places[j]], moves[r][j]);
        var gradient = model.InputGradient(moved, targets);
        for (var r = 0; r < rows.Rows; r++)
        for (var j = 0; j < places.Length; j++)
            moves[r][j] = Math.Clamp(moves[r][j] + step * Math.Sign(gradient[r][places[j]]), -size, size);
    }

    double Inside(int feature, double value, double move) =>
        value < least[feature] || value > most[feature] ? value : Math.Clamp(value + move, least[feature], most[feature]);
}
