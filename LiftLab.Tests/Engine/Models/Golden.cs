using System.Text.Json;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

/// <summary>The reference figures of one tiny model.</summary>
sealed class Golden
{
    readonly JsonElement json;

    Golden(string folder) =>
        (Folder, json) = (folder, JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement);

    public static Golden Of(string model) => new(GoldenFile.At("models", model));

    public string Folder { get; }
    public Tensor Ids => Matrix("input_ids");
    public Tensor Mask => Matrix("attention_mask");
    public long[][] Labels =>
        [.. json.GetProperty("labels").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetInt64()).ToArray())];
    public float[][] Row0Logits => Rows("logits_row0_unpadded");
    public float[][] LastLogitsPadded => Rows("logits_last_position_padded");
    public float Loss => json.GetProperty("loss_completion_only").GetSingle();
    public int[] Greedy => [.. json.GetProperty("greedy_12_from_row0").EnumerateArray().Select(v => v.GetInt32())];
    public Dictionary<string, float> GradientNorms =>
        json.GetProperty("gradient_norms").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetSingle());

    Tensor Matrix(string name)
    {
        long[][] rows = [.. json.GetProperty(name).EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetInt64()).ToArray())];
        return tensor(rows.SelectMany(r => r).ToArray(), [rows.Length, rows[0].Length]);
    }

    float[][] Rows(string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetSingle()).ToArray())];
}

static class Close
{
    /// <summary>The largest absolute difference is at most <paramref name="tolerance"/>.</summary>
    public static void To(IEnumerable<float> expected, Tensor actual, double tolerance)
    {
        float[] want = [.. expected],
            got = actual.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray();
        Assert.Equal(want.Length, got.Length);
        var worst = 0.0;
        for (var i = 0; i < want.Length; i++)
            worst = Math.Max(worst, Math.Abs(want[i] - got[i]));
        Assert.True(worst <= tolerance, $"largest difference {worst:g4}, allowed {tolerance:g4}");
    }
}
