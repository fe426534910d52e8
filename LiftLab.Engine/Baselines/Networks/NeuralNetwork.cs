using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;

namespace LiftLab.Engine.Baselines.Networks;

/// <summary>
/// Fully connected layers with ReLU between them, in single precision; the output is a softmax (logistic for two classes) or a number.
/// Forward and backward over a batch; weights and their gradients are one flat array each, so that an optimiser is one loop.
/// </summary>
sealed class NeuralNetwork
{
    readonly int[] widths;
    readonly int[] starts; // of each layer's weights (in, out), followed by its biases (out)
    readonly float[][] activations,
        transposed,
        deltas;
    readonly float[] turned; // one layer's weights, transposed
    readonly int classes;

    public NeuralNetwork(int inputs, IReadOnlyList<int> hidden, int classes, int batch, Random random)
    {
        this.classes = classes;
        widths = [inputs, .. hidden, classes > 2 ? classes : 1];
        starts = new int[widths.Length];
        for (var l = 1; l < widths.Length; l++)
            starts[l] = starts[l - 1] + (widths[l - 1] + 1) * widths[l];
        Weights = new float[starts[^1]];
        Gradient = new float[Weights.Length];
        turned = new float[Weights.Length];
        for (var l = 0; l + 1 < widths.Length; l++)
        {
            // Glorot and Bengio's uniform initialisation, also of biases, as in scikit-learn.
            var bound = Math.Sqrt(6.0 / (widths[l] + widths[l + 1]));
            for (var i = starts[l]; i < starts[l + 1]; i++)
                Weights[i] = (float)(bound * (2 * random.NextDouble() - 1));
        }
        activations = [.. widths.Select(w => new float[batch * w])];
        transposed = [.. widths.Select(w => new float[batch * w])];
        deltas = [.. widths.Select(w => new float[batch * w])];
    }

    /// <summary>Widths of the input, the hidden layers and the output.</summary>
    public IReadOnlyList<int> Widths => widths;

    public float[] Weights { get; }
    public float[] Gradient { get; }
    public int Outputs => widths[^1];

    /// <summary>The buffer for the next batch's inputs. Shape (batch, inputs).</summary>
    public float[] Inputs => activations[0];

    /// <summary>
    /// Class probabilities (of the second class if there are two) or numbers for the rows in <see cref="Inputs"/>. Shape (rows, <see
    /// cref="Outputs"/>).
    /// </summary>
    public ReadOnlySpan<float> Forward(int rows)
    {
        for (var l = 0; l + 1 < widths.Length; l++)
        {
            int p = widths[l],
                q = widths[l + 1];
            var next = activations[l + 1];
            var biases = Weights.AsSpan(starts[l] + p * q, q);
            for (var r = 0; r < rows; r++)
                biases.CopyTo(next.AsSpan(r * q, q));
            Gemm.MultiplyAdd(rows, q, p, activations[l], p, Weights.AsSpan(starts[l]), q, next, q);
            if (l + 2 < widths.Length)
                TensorPrimitives.Max(next.AsSpan(0, rows * q), 0f, next.AsSpan(0, rows * q));
        }
        var output = activations[^1].AsSpan(0, rows * Outputs);
        if (classes == 2)
            TensorPrimitives.Sigmoid(output, output);
        else if (classes > 2)
            for (var r = 0; r < rows; r++)
            {
                var row = output.Slice(r * classes, classes);
                TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row); // SoftMax itself does not guard against overflow
                TensorPrimitives.SoftMax(row, row);
            }
        return output;
    }

    /// <summary>After <see cref="Forward"/>: the batch's loss, with the mean gradient in <see cref="Gradient"/>.</summary>
    /// <param name="y">Class indices or numbers. Shape (rows).</param>
    /// <param name="decay">L2 penalty of weights, not of biases.</param>
    public double Backward(ReadOnlySpan<float> y, float decay)
    {
        var rows = y.Length;
        var loss = Difference(y) / rows;
        var penalty = 0.0;
        for (var l = widths.Length - 2; l >= 0; l--)
        {
            int p = widths[l],
                q = widths[l + 1];
            var delta = deltas[l + 1].AsSpan(0, rows * q);
            Span<float> weights = Weights.AsSpan(starts[l], p * q),
                gradient = Gradient.AsSpan(starts[l], p * q),
                biases = Gradient.AsSpan(starts[l] + p * q, q);
            TensorPrimitives.Multiply(weights, decay, gradient);
            penalty += TensorPrimitives.SumOfSquares<float>(weights);
            Transpose(activations[l], rows, p, transposed[l]);
            Gemm.MultiplyAdd(p, q, rows, transposed[l], rows, delta, q, gradient, q);
            biases.Clear();
            for (var r = 0; r < rows; r++)
                TensorPrimitives.Add(biases, delta.Slice(r * q, q), biases);
            if (l == 0)
                break;
            var below = deltas[l].AsSpan(0, rows * p);
            below.Clear();
            Transpose(weights, p, q, turned);
            Gemm.MultiplyAdd(rows, p, q, delta, q, turned, p, below, p);
            for (var i = 0; i < below.Length; i++)
                if (activations[l][i] <= 0)
                    below[i] = 0;
        }
        TensorPrimitives.Multiply(Gradient, 1f / rows, Gradient);
        return loss + 0.5 * decay * penalty / rows;
    }

    /// <summary>
    /// After <see cref="Backward"/>: the gradient of the summed loss with respect to <see cref="Inputs"/>. Shape (rows, inputs).
    /// </summary>
    public float[] InputGradient(int rows)
    {
        int p = widths[0],
            q = widths[1];
        var gradient = new float[rows * p];
        Transpose(Weights.AsSpan(starts[0], p * q), p, q, turned);
        Gemm.MultiplyAdd(rows, p, q, deltas[1], q, turned, p, gradient, p);
        return gradient;
    }

    /// <summary>Writes output minus target into the last delta and returns the summed loss.</summary>
    double Difference(ReadOnlySpan<float> y)
    {
        var (output, delta) = (activations[^1], deltas[^1]);
        Array.Copy(output, delta, y.Length * Outputs);
        var loss = 0.0;
        for (var r = 0; r < y.Length; r++)
        {
            if (classes > 2)
            {
                loss -= Math.Log(Math.Max(1e-10, output[r * classes + (int)y[r]]));
                delta[r * classes + (int)y[r]] -= 1;
                continue;
            }
            delta[r] -= y[r];
            loss += classes == 0 ? 0.5 * delta[r] * delta[r] : -Math.Log(Math.Max(1e-10, y[r] > 0 ? output[r] : 1 - output[r]));
        }
        return loss;
    }

    static void Transpose(ReadOnlySpan<float> a, int rows, int columns, float[] into)
    {
        for (var r = 0; r < rows; r++)
        for (var c = 0; c < columns; c++)
            into[c * rows + r] = a[r * columns + c];
    }
}
