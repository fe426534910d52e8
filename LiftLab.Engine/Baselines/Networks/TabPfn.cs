using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LiftLab.Engine.Baselines.Networks;

/// <summary>
/// A pretrained table network (such as TabPFN) from an ONNX file that the user supplies; this program contains no weights. It is not
/// trained: training rows are inputs together with the rows to predict. Two layouts are supported, recognised by input names or order:
/// <c>train_x (1, N, F), train_y (1, N), test_x (1, M, F)</c>, or <c>X (1, N + M, F), y (1, N)</c>. The first output holds logits (…, M, K)
/// with K at least the number of classes, or numbers (…, M). Fewer features than the graph's F are padded with zeros.
/// </summary>
sealed class TabPfn : Model
{
    readonly TrainingSet data;
    readonly InferenceSession session;
    readonly string path;

    TabPfn(TrainingSet data, InferenceSession session, string path) => (this.data, this.session, this.path) = (data, session, path);

    public static Baseline Entry { get; } =
        new("tabpfn", "TabPFN (own file)", Baseline.Both, Fit, Open, "A pretrained table network from an ONNX file that you supply.")
        {
            Parameters = _ => [new("model", "", "")],
            NeedsFile = true,
        };

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel) => Load(data, setting.Word("model"));

    /// <summary>Writes the training rows, and the path and checksum of the network's file; the user's weights are not copied.</summary>
    internal override void Keep(KeptWriter into)
    {
        data.Keep(into.Under("rows"));
        into.Put("model", Path.GetFullPath(path));
        into.Put("sha256", KeptFile.Sum(path));
    }

    public static Model Open(KeptReader from)
    {
        var path = from.Text("model");
        if (!File.Exists(path))
            throw KeptModelException.Missing(path);
        if (KeptFile.Sum(path) != from.Text("sha256"))
            throw new KeptModelException(
                "model-file-changed",
                $"'{path}' has changed since the model was fitted",
                "Restore the file that the run used, or start a new run with this one."
            );
        return Load(TrainingSet.Open(from.Under("rows")), path);
    }

    static TabPfn Load(TrainingSet data, string path)
    {
        if (path.Length == 0 || !File.Exists(path))
            throw new LearningFailedException(
                "no-model-file",
                path.Length == 0 ? "No ONNX file is named" : $"There is no file '{path}'",
                "Set 'model' to the path of a TabPFN export in ONNX format."
            );
        InferenceSession? session = null;
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1 };
            session = new InferenceSession(path, options);
            if (session.InputMetadata.Count is not (2 or 3))
                throw new LearningFailedException(
                    "unknown-graph",
                    $"The graph has {session.InputMetadata.Count} inputs: {string.Join(", ", session.InputMetadata.Keys)}",
                    "Export it with inputs (train_x, train_y, test_x) or (X, y)."
                );
            var model = new TabPfn(data, session, path);
            _ = model.Width(); // rejects a graph with too few features now, not at prediction
            session = null;
            return model;
        }
        catch (OnnxRuntimeException e)
        {
            throw new LearningFailedException(
                "bad-model-file",
                $"'{path}' cannot be loaded: {e.Message}",
                "Export the model to ONNX again.",
                e
            );
        }
        finally
        {
            session?.Dispose();
        }
    }

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        // One row at a time: the prediction of a row must not depend on other rows of the batch.
        var values = new double[x.Rows];
        var probabilities = data.IsRegression ? null : new Matrix(x.Rows, data.Classes);
        for (var r = 0; r < x.Rows; r++)
        {
            cancel.ThrowIfCancellationRequested();
            var output = Run(x, r);
            if (probabilities is null)
            {
                values[r] = output[0];
                continue;
            }
            if (output.Length < data.Classes)
                throw new LearningFailedException(
                    "too-many-classes",
                    $"The model supports {output.Length} classes, the table has {data.Classes}",
                    "Use a model with more classes, or another baseline."
                );
            var largest = output[..data.Classes].Max();
            double[] exp = [.. output[..data.Classes].Select(o => Math.Exp(o - largest))];
            for (var k = 0; k < exp.Length; k++)
                probabilities[r][k] = exp[k] / exp.Sum();
        }
        return probabilities is null ? new(values) : Estimates.FromProbabilities(probabilities);
    }

    float[] Run(Matrix x, int row)
    {
        int n = data.Y.Length,
            width = Width();
        string[] names = Inputs();
        DenseTensor<float> Features(int rows, Action<Action<int, ReadOnlySpan<double>>> fill)
        {
            var tensor = new DenseTensor<float>([1, rows, width]);
            fill(
                (r, source) =>
                {
                    for (var j = 0; j < source.Length; j++)
                        tensor[0, r, j] = (float)source[j];
                }
            );
            return tensor;
        }
        var y = new DenseTensor<float>(data.Y.Select(v => (float)v).ToArray(), [1, n]);
        void Train(Action<int, ReadOnlySpan<double>> put)
        {
            for (var r = 0; r < n; r++)
                put(r, data.X[r]);
        }
        NamedOnnxValue[] inputs =
            names.Length == 3
                ?
                [
                    NamedOnnxValue.CreateFromTensor(names[0], Features(n, Train)),
                    NamedOnnxValue.CreateFromTensor(names[1], y),
                    NamedOnnxValue.CreateFromTensor(names[2], Features(1, put => put(0, x[row]))),
                ]
                :
                [
                    NamedOnnxValue.CreateFromTensor(
                        names[0],
                        Features(
                            n + 1,
                            put =>
                            {
                                Train(put);
                                put(n, x[row]);
                            }
                        )
                    ),
                    NamedOnnxValue.CreateFromTensor(names[1], y),
                ];
        using var results = session.Run(inputs);
        return [.. results[0].AsEnumerable<float>()];
    }

    string[] Inputs()
    {
        string[] given = [.. session.InputMetadata.Keys];
        string[] wanted = given.Length == 3 ? ["train_x", "train_y", "test_x"] : ["X", "y"];
        return wanted.All(given.Contains) ? wanted : given;
    }

    /// <summary>The graph's feature count, or the table's if the graph's is dynamic.</summary>
    int Width()
    {
        var fixedWidth = session.InputMetadata[Inputs()[0]].Dimensions[^1];
        if (fixedWidth <= 0)
            return data.X.Columns;
        return fixedWidth >= data.X.Columns
            ? fixedWidth
            : throw new LearningFailedException(
                "too-many-features",
                $"The model takes {fixedWidth} features, the table has {data.X.Columns} once encoded",
                "Remove columns, or export the model with more features."
            );
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            session.Dispose();
        base.Dispose(disposing);
    }
}
