using LiftLab.Engine.Models;

namespace LiftLab.Tests.Engine.Models;

/// <summary>
/// The architectures' formulas in plain loops over doubles, written from the papers and knowing nothing of the engine's modules: a second
/// opinion where no reference model can be had.
/// </summary>
sealed class WrittenOut(LanguageModel model)
{
    readonly ModelConfig c = model.Config;
    readonly Dictionary<string, (double[] Values, long[] Shape)> weights = model.Weights.ToDictionary(
        w => w.Name,
        w => (w.Value.data<float>().ToArray().Select(v => (double)v).ToArray(), w.Value.shape)
    );

    public double[][] Logits(int[] ids)
    {
        var neox = c.ModelType == "gpt_neox";
        var neo = c.ModelType == "gpt_neo";
        var root =
            neox ? "gpt_neox."
            : neo ? "transformer."
            : "model.";
        var x = ids.Select(
                (id, t) =>
                    Row(
                            root
                                + (
                                    neox ? "embed_in"
                                    : neo ? "wte"
                                    : "embed_tokens"
                                ),
                            id
                        )
                        .Zip(neo ? Row(root + "wpe", t) : new double[c.Width], (a, b) => a + b)
                        .ToArray()
            )
            .ToArray();
        for (var layer = 0; layer < c.Layers; layer++)
        {
            var p = root + (neo ? "h." : "layers.") + layer + ".";
            var first = x.Select(v => Norm(v, p + (neo ? "ln_1" : "input_layernorm"))).ToArray();
            var attended = Attend(first, p, layer);
            var middle = x.Zip(attended, Add).ToArray();
            var second = p + (neo ? "ln_2" : "post_attention_layernorm");
            x = neox
                ? middle.Zip(x, (m, v) => Add(m, Feed(Norm(v, second), p))).ToArray() // side by side
                : middle.Select(m => Add(m, Feed(Norm(m, second), p))).ToArray();
        }
        var head = weights.ContainsKey(neox ? "embed_out.weight" : "lm_head.weight")
            ? neox
                ? "embed_out"
                : "lm_head"
            : root + (neo ? "wte" : "embed_tokens");
        return
        [
            .. x.Select(v =>
                Linear(
                    Norm(
                        v,
                        root
                            + (
                                neox ? "final_layer_norm"
                                : neo ? "ln_f"
                                : "norm"
                            )
                    ),
                    head
                )
            ),
        ];
    }

    double[][] Attend(double[][] x, string p, int layer)
    {
        var (d, heads, groups) = (c.HeadWidth, c.Heads, c.KeyValueHeads);
        var at =
            p
            + (
                c.ModelType == "gpt_neox" ? "attention."
                : c.ModelType == "gpt_neo" ? "attn.attention."
                : "self_attn."
            );
        double[][][] q = new double[x.Length][][],
            k = new double[x.Length][][],
            v = new double[x.Length][][];
        for (var t = 0; t < x.Length; t++)
        {
            if (c.ModelType == "gpt_neox")
            {
                var all = Linear(x[t], at + "query_key_value").Chunk(3 * d).ToArray(); // for each head: query, key, value
                (q[t], k[t], v[t]) = (
                    [.. all.Select(h => h[..d])],
                    [.. all.Select(h => h[d..(2 * d)])],
                    [.. all.Select(h => h[(2 * d)..])]
                );
            }
            else
                (q[t], k[t], v[t]) = (
                    [.. Linear(x[t], at + "q_proj").Chunk(d)],
                    [.. Linear(x[t], at + "k_proj").Chunk(d)],
                    [.. Linear(x[t], at + "v_proj").Chunk(d)]
                );
            if (c.ModelType == "gpt_neo")
                continue;
            foreach (var head in q[t].Concat(k[t]))
                Turn(head, t);
        }
        var window = c.ModelType switch
        {
            "gpt_neo" when layer % 2 == 1 => 5,
            "mistral" => 6,
            "qwen2" when (string?)c.Json["layer_types"]?[layer] == "sliding_attention" => 6,
            _ => int.MaxValue,
        };
        var scale = c.ModelType == "gpt_neo" ? 1 : 1 / Math.Sqrt(d);
        return
        [
            .. Enumerable
                .Range(0, x.Length)
                .Select(t =>
                    Linear(
                        [
                            .. Enumerable
                                .Range(0, heads)
                                .SelectMany(h =>
                                {
                                    var g = h / (heads / groups);
                                    var seen = Enumerable.Range(0, t + 1).Where(s => t - s < window).ToArray();
                                    var scores = seen.Select(s => Math.Exp(scale * q[t][h].Zip(k[s][g], (a, b) => a * b).Sum())).ToArray();
                                    var sum = scores.Sum();
                                    return Enumerable
                                        .Range(0, d)
                                        .Select(i => seen.Zip(scores, (s, w) => w / sum * v[s][g][i]).Sum())
                                        .ToArray();
                                }),
                        ],
                        at
                            + (
                                c.ModelType == "gpt_neox" ? "dense"
                                : c.ModelType == "gpt_neo" ? "out_proj"
                                : "o_proj"
                            )
                    )
                ),
        ];
    }

    void Turn(double[] head, int position)
    {
        var r = c.ModelType == "gpt_neox" ? c.HeadWidth / 2 : c.HeadWidth; // the test's rotary_pct is 0.5
        for (var i = 0; i < r / 2; i++)
        {
            var angle = position * Frequency(i, r);
            var (a, b) = (head[i], head[i + r / 2]);
            (head[i], head[i + r / 2]) = (a * Math.Cos(angle) - b * Math.Sin(angle), b * Math.Cos(angle) + a * Math.Sin(angle));
        }
    }

    /// <summary>As in the publication of Llama 3.1, by wavelengths.</summary>
    double Frequency(int i, int r)
    {
        var entries = c.Json["rope_parameters"] ?? c.Json["rope_scaling"];
        var theta = (c.Json["rope_parameters"]?["rope_theta"] ?? c.Json["rope_theta"])?.GetValue<int>() ?? 10000.0;
        var frequency = Math.Pow(theta, -2.0 * i / r);
        if (entries is null)
            return frequency;
        double Of(string name) => entries[name]!.GetValue<int>();
        if ((string?)entries["rope_type"] == "linear")
            return frequency / Of("factor");
        var (length, wave) = (Of("original_max_position_embeddings"), 2 * Math.PI / frequency);
        if (wave < length / Of("high_freq_factor"))
            return frequency;
        if (wave > length / Of("low_freq_factor"))
            return frequency / Of("factor");
        var smooth = (length / wave - Of("low_freq_factor")) / (Of("high_freq_factor") - Of("low_freq_factor"));
        return (1 - smooth) * frequency / Of("factor") + smooth * frequency;
    }

    double[] Feed(double[] x, string p) =>
        c.ModelType switch
        {
            "gpt_neox" => Linear(
                [.. Linear(x, p + "mlp.dense_h_to_4h").Select(v => 0.5 * v * (1 + Erf(v / Math.Sqrt(2))))],
                p + "mlp.dense_4h_to_h"
            ),
            "gpt_neo" => Linear(
                [.. Linear(x, p + "mlp.c_fc").Select(v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))))],
                p + "mlp.c_proj"
            ),
            _ => Linear(
                [.. Linear(x, p + "mlp.gate_proj").Zip(Linear(x, p + "mlp.up_proj"), (g, u) => g / (1 + Math.Exp(-g)) * u)],
                p + "mlp.down_proj"
            ),
        };

    double[] Norm(double[] x, string name)
    {
        var weight = weights[name + ".weight"].Values;
        if (!weights.TryGetValue(name + ".bias", out var bias))
        {
            var rms = Math.Sqrt(x.Sum(v => v * v) / x.Length + 1e-6);
            return [.. x.Select((v, i) => v / rms * weight[i])];
        }
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Sum(v => (v - mean) * (v - mean)) / x.Length + 1e-5);
        return [.. x.Select((v, i) => (v - mean) / deviation * weight[i] + bias.Values[i])];
    }

    double[] Linear(double[] x, string name)
    {
        var (values, shape) = weights[name + ".weight"];
        var bias = weights.TryGetValue(name + ".bias", out var b) ? b.Values : new double[shape[0]];
        return [.. Enumerable.Range(0, (int)shape[0]).Select(o => bias[o] + x.Select((v, i) => v * values[o * x.Length + i]).Sum())];
    }

    double[] Row(string name, int row) => weights[name + ".weight"].Values[(row * c.Width)..((row + 1) * c.Width)];

    static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    static double Erf(double x)
    {
        double term = x,
            sum = x; // Maclaurin series; the arguments here are small
        for (var n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
