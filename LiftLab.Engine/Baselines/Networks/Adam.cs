using System.Numerics;

namespace LiftLab.Engine.Baselines.Networks;

/// <summary>Adam (Kingma and Ba 2015) with its usual constants.</summary>
sealed class Adam(int size)
{
    const float First = 0.9f,
        Second = 0.999f,
        Epsilon = 1e-8f;
    readonly float[] mean = new float[size],
        square = new float[size];
    int steps;

    public void Step(float[] weights, float[] gradient, double rate)
    {
        steps++;
        var scaled = (float)(rate * Math.Sqrt(1 - Math.Pow(Second, steps)) / (1 - Math.Pow(First, steps)));
        int w = Vector<float>.Count,
            i = 0;
        for (; i + w <= weights.Length; i += w)
        {
            var g = new Vector<float>(gradient, i);
            var m = First * new Vector<float>(mean, i) + (1 - First) * g;
            var v = Second * new Vector<float>(square, i) + (1 - Second) * g * g;
            m.CopyTo(mean, i);
            v.CopyTo(square, i);
            (new Vector<float>(weights, i) - scaled * m / (Vector.SquareRoot(v) + new Vector<float>(Epsilon))).CopyTo(weights, i);
        }
        for (; i < weights.Length; i++)
        {
            mean[i] = First * mean[i] + (1 - First) * gradient[i];
            square[i] = Second * square[i] + (1 - Second) * gradient[i] * gradient[i];
            weights[i] -= scaled * mean[i] / (MathF.Sqrt(square[i]) + Epsilon);
        }
    }
}
