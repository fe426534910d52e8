using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Networks;

/// <summary>
/// A multilayer perceptron trained by Adam on batches of at most 200 rows, stopped when ten consecutive epochs improve by no more than
/// 1e-4: in training loss or, with early stopping, in accuracy on a held-out tenth of the rows, of which the best epoch is kept.
/// </summary>
sealed class MultilayerPerceptron : Model
{
    const int MostInBatch = 200,
        Patience = 10;
    const double Tolerance = 1e-4;
    const float Decay = 1e-4f;

    readonly NeuralNetwork network;
    readonly int classes,
        batch;

    MultilayerPerceptron(NeuralNetwork network, int classes, int batch) =>
        (this.network, this.classes, this.batch) = (network, classes, batch);

    public static Baseline Entry { get; } =
        new("mlp", "Multilayer perceptron", Baseline.Both, Fit, Open, "Two or three hidden layers, Adam.")
        {
            Parameters = Grid,
            PaperParameters = PaperGrid,
        };

    /// <summary>
    /// Early stopping on a tenth of a small table makes a weak baseline, so for classification the default grid also has settings without
    /// it.
    /// </summary>
    static IReadOnlyList<Hyperparameter> Grid(TaskKind task) =>
        [
            .. PaperGrid(task)
                .Select(h =>
                    h.Name == "early_stopping" ? Baseline.ForTask(task, classes: h with { Values = [true, false] }, numbers: h) : h
                ),
        ];

    static IReadOnlyList<Hyperparameter> PaperGrid(TaskKind task) =>
        Baseline.ForTask<IReadOnlyList<Hyperparameter>>(
            task,
            classes:
            [
                new("learning_rate", "lr", 0.001, 0.01, 0.1),
                new("early_stopping", null, true),
                new("width", null, 100),
                new("layers", null, 2),
                new("max_iter", null, 300),
            ],
            numbers:
            [
                new("learning_rate", "lr", 0.01, 0.001, 0.0001),
                new("early_stopping", null, false),
                new("width", null, 50),
                new("layers", null, 3),
                new("max_iter", null, 500),
            ]
        );

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        var random = new Random(seed);
        int[] hidden = [.. Enumerable.Repeat(setting.Whole("width"), setting.Whole("layers"))];
        int[] order = [.. Enumerable.Range(0, data.Y.Length)];
        random.Shuffle(order);
        TrainingSet? held = null;
        if (setting.Flag("early_stopping") && data.Y.Length >= 10)
            (order, held) = HoldBack(data, order);
        var batch = Math.Min(MostInBatch, order.Length);
        var network = new NeuralNetwork(data.X.Columns, hidden, data.Classes, batch, random);
        var model = new MultilayerPerceptron(network, data.Classes, batch);
        var adam = new Adam(network.Weights.Length);
        float[]? bestWeights = null;
        double best = held is null ? double.PositiveInfinity : double.NegativeInfinity;
        var idle = 0;
        for (var epoch = 0; epoch < setting.Whole("max_iter") && idle <= Patience; epoch++)
        {
            random.Shuffle(order);
            var loss = model.Epoch(data, order, adam, setting.Number("learning_rate"), cancel);
            if (held is null)
            {
                idle = loss > best - Tolerance ? idle + 1 : 0;
                best = Math.Min(best, loss);
                continue;
            }
            var score = model.Score(held, cancel);
            idle = score < best + Tolerance ? idle + 1 : 0;
            if (score <= best)
                continue;
            best = score;
            bestWeights = [.. network.Weights];
        }
        bestWeights?.CopyTo(network.Weights, 0);
        return model;
    }

    double Epoch(TrainingSet data, int[] order, Adam adam, double rate, CancellationToken cancel)
    {
        var loss = 0.0;
        var p = data.X.Columns;
        Span<float> y = stackalloc float[MostInBatch];
        for (var start = 0; start < order.Length; start += batch)
        {
            cancel.ThrowIfCancellationRequested();
            var rows = Math.Min(batch, order.Length - start);
            for (var i = 0; i < rows; i++)
            {
                var source = data.X[order[start + i]];
                for (var j = 0; j < p; j++)
                    network.Inputs[i * p + j] = (float)source[j];
                y[i] = (float)data.Y[order[start + i]];
            }
            network.Forward(rows);
            loss += rows * network.Backward(y[..rows], Decay);
            adam.Step(network.Weights, network.Gradient, rate);
        }
        return loss / order.Length;
    }

    /// <summary>Accuracy or, for regression, R² up to a constant: the negative squared error divided by the targets' variance.</summary>
    double Score(TrainingSet held, CancellationToken cancel)
    {
        var values = Predict(held.X, cancel).Values;
        if (!held.IsRegression)
            return values.Zip(held.Y).Average(p => p.First == p.Second ? 1.0 : 0);
        var mean = held.Y.Average();
        var spread = held.Y.Sum(y => (y - mean) * (y - mean));
        return 1 - values.Zip(held.Y).Sum(p => Math.Pow(p.First - p.Second, 2)) / (spread > 0 ? spread : 1);
    }

    /// <summary>A tenth of the rows, stratified by class.</summary>
    static (int[] Kept, TrainingSet Held) HoldBack(TrainingSet data, int[] order)
    {
        int[] grouped = data.IsRegression ? order : [.. order.OrderBy(r => data.Y[r])];
        return ([.. grouped.Where((_, i) => i % 10 != 4)], data.Take([.. grouped.Where((_, i) => i % 10 == 4)]));
    }

    /// <summary>The gradient of each row's loss with respect to its encoded features.</summary>
    /// <param name="y">Class indices or encoded numbers; a row with a negative class has gradient 0. Shape (rows).</param>
    /// <returns>Shape of <paramref name="x"/>.</returns>
    public Matrix InputGradient(Matrix x, double[] y)
    {
        var gradient = new Matrix(x.Rows, x.Columns);
        for (var start = 0; start < x.Rows; start += batch)
        {
            var rows = Math.Min(batch, x.Rows - start);
            for (var i = 0; i < rows * x.Columns; i++)
                network.Inputs[i] = (float)x.Data[start * x.Columns + i];
            float[] targets = [.. y.AsSpan(start, rows).ToArray().Select(v => (float)v)];
            network.Forward(rows);
            network.Backward([.. targets.Select(t => classes > 0 && t < 0 ? 0 : t)], 0);
            var part = network.InputGradient(rows);
            for (var r = 0; r < rows; r++)
                if (classes == 0 || targets[r] >= 0)
                    for (var c = 0; c < x.Columns; c++)
                        gradient[start + r][c] = part[r * x.Columns + c];
        }
        return gradient;
    }

    internal override void Keep(KeptWriter into)
    {
        into.Put<int>("widths", [.. network.Widths]);
        into.Put("weights", network.Weights);
        into.Put("classes", classes);
        into.Put("batch", batch);
    }

    public static Model Open(KeptReader from)
    {
        var (widths, classes, batch) = (from.Array<int>("widths"), from.Whole("classes"), from.Whole("batch"));
        var network = new NeuralNetwork(widths[0], widths[1..^1], classes, batch, new Random(0));
        from.Array<float>("weights").CopyTo(network.Weights, 0);
        return new MultilayerPerceptron(network, classes, batch);
    }

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var values = new double[x.Rows];
        var probabilities = classes == 0 ? null : new Matrix(x.Rows, classes);
        for (var start = 0; start < x.Rows; start += batch)
        {
            cancel.ThrowIfCancellationRequested();
            var rows = Math.Min(batch, x.Rows - start);
            for (var i = 0; i < rows * x.Columns; i++)
                network.Inputs[i] = (float)x.Data[start * x.Columns + i];
            var output = network.Forward(rows);
            for (var r = 0; r < rows; r++)
            {
                if (classes == 0)
                    values[start + r] = output[r];
                else if (classes == 2)
                    (probabilities![start + r][0], probabilities[start + r][1]) = (1 - output[r], output[r]);
                else
                {
                    var sum = 0.0;
                    for (var k = 0; k < classes; k++)
                        sum += output[r * classes + k];
                    for (var k = 0; k < classes; k++)
                        probabilities![start + r][k] = output[r * classes + k] / sum;
                }
            }
        }
        return probabilities is null ? new(values) : Estimates.FromProbabilities(probabilities);
    }
}
