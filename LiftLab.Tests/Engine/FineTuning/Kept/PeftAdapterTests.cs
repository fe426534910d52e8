using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using LiftLab.Tests.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Kept;

/// <summary>
/// Adapters made elsewhere, in PEFT layout. The expected weights are computed here in plain numbers from the papers' formulas.
/// </summary>
public sealed class PeftAdapterTests : IDisposable
{
    const string Query = "transformer.h.0.attn.q_proj",
        Value = "transformer.h.1.attn.v_proj",
        Up = "transformer.h.1.mlp.fc_in",
        Head = "lm_head";

    static readonly long[] Ids = [1, 5, 9, 2, 40];

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-peft-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static JsonObject Config(int rank, double alpha) =>
        new()
        {
            ["peft_type"] = "LORA",
            ["r"] = rank,
            ["lora_alpha"] = alpha,
            ["lora_dropout"] = 0.1,
            ["bias"] = "none",
            ["target_modules"] = new JsonArray("q_proj"),
            ["init_lora_weights"] = true,
            ["modules_to_save"] = null,
            ["rank_pattern"] = new JsonObject(),
            ["alpha_pattern"] = new JsonObject(),
            ["peft_version"] = "0.18.0",
        };

    void Write(JsonObject config, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        File.WriteAllText(Path.Combine(folder, LoraAdapter.ConfigFile), config.ToJsonString());
        using var file = File.Create(Path.Combine(folder, LoraAdapter.WeightsFile));
        SafeTensors.Write(file, tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Matrices of one module; m only with DoRA.</summary>
    sealed record Part(string Module, int Rank, double Scale, double[,] A, double[,] B, double[]? M)
    {
        public static Part Drawn(LanguageModel model, string module, int rank, double scale, bool dora = false)
        {
            var layer = model.Linears.Single(s => s.Name == module).Layer;
            var random = new Random(module.Length + rank);
            double[,] Matrix(int rows, int columns)
            {
                var values = new double[rows, columns];
                for (var i = 0; i < rows; i++)
                for (var j = 0; j < columns; j++)
                    values[i, j] = (float)(random.NextDouble() - 0.5);
                return values;
            }
            double[]? magnitudes = dora
                ? [.. Enumerable.Range(0, layer.Outputs).Select(_ => (double)(float)(0.2 + random.NextDouble()))]
                : null;
            return new(module, rank, scale, Matrix(rank, layer.Inputs), Matrix(layer.Outputs, rank), magnitudes);
        }

        public IEnumerable<(string, Tensor)> Tensors(string prefix, string adapter = "", bool magnitudeAsModule = false)
        {
            static Tensor Of(double[,] m) => tensor(m.Cast<double>().Select(v => (float)v).ToArray(), [m.GetLength(0), m.GetLength(1)]);
            yield return ($"{prefix}{Module}.lora_A{adapter}.weight", Of(A));
            yield return ($"{prefix}{Module}.lora_B{adapter}.weight", Of(B));
            if (M is not null)
                yield return (
                    $"{prefix}{Module}.lora_magnitude_vector{adapter}{(magnitudeAsModule ? ".weight" : "")}",
                    tensor(M.Select(v => (float)v).ToArray())
                );
        }

        /// <summary>W + s B A, with DoRA each row scaled to length m (Liu et al. 2024, equation 5).</summary>
        public void Change(LanguageModel model)
        {
            var weight = ((DenseLinear)model.Linears.Single(s => s.Name == Module).Layer).Weight.Value;
            var (rows, columns) = ((int)weight.shape[0], (int)weight.shape[1]);
            double[] w = [.. weight.detach().reshape(-1).data<float>().Select(v => (double)v)];
            for (var o = 0; o < rows; o++)
            {
                for (var i = 0; i < columns; i++)
                for (var r = 0; r < Rank; r++)
                    w[o * columns + i] += Scale * B[o, r] * A[r, i];
                if (M is null)
                    continue;
                var length = Math.Sqrt(Enumerable.Range(0, columns).Sum(i => w[o * columns + i] * w[o * columns + i]));
                for (var i = 0; i < columns; i++)
                    w[o * columns + i] *= M[o] / length;
            }
            weight.copy_(tensor(w.Select(v => (float)v).ToArray(), [rows, columns]));
        }
    }

    static float[] Logits(LanguageModel model) => model.Logits(tensor(Ids, [1, Ids.Length])).contiguous().data<float>().ToArray();

    /// <summary>Loads the adapter, and the merged adapter, and compares with the changed weights.</summary>
    void DemandTheChange(Part[] parts, double within = 2e-4)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        using LanguageModel expected = TinyModel.Create(),
            loaded = TinyModel.Create();
        var plain = Logits(expected);
        foreach (var part in parts)
            part.Change(expected);
        var want = Logits(expected);
        Assert.True(want.Zip(plain).Max(p => Math.Abs(p.First - p.Second)) > 1e-2);
        LoraAdapter.Load(loaded, folder);
        Close.To(want, tensor(Logits(loaded)), within);
        AdapterMerge.Apply(loaded);
        Close.To(want, tensor(Logits(loaded)), within);
    }

    [Theory]
    [InlineData(false, false, 4, 8, 2.0)]
    [InlineData(true, false, 4, 8, 4.0)] // 8 / √4
    [InlineData(true, false, 16, 3, 0.75)] // 3 / √16
    [InlineData(false, true, 4, 8, 2.0)]
    [InlineData(true, true, 4, 6, 3.0)]
    public void LoRA_rsLoRA_and_DoRA_have_the_scale_and_the_magnitudes_of_their_papers(
        bool stabilised,
        bool dora,
        int rank,
        double alpha,
        double scale
    )
    {
        using var model = TinyModel.Create();
        Part[] parts = [.. new[] { Query, Value, Up, Head }.Select(m => Part.Drawn(model, m, rank, scale, dora))];
        var config = Config(rank, alpha);
        (config["use_rslora"], config["use_dora"]) = (stabilised, dora);
        Write(config, parts.SelectMany(p => p.Tensors("base_model.model.")));
        DemandTheChange(parts);
    }

    [Fact]
    public void Ranks_and_alphas_of_single_layers_count_by_name_by_end_and_by_expression()
    {
        using var model = TinyModel.Create();
        var config = Config(4, 4);
        config["use_rslora"] = true;
        config["rank_pattern"] = new JsonObject { ["q_proj"] = 9 };
        config["alpha_pattern"] = new JsonObject { ["^transformer.h.1.attn.v_proj"] = 10, [@"h\.\d+\.mlp\.fc_in"] = 6 };
        Part[] parts =
        [
            Part.Drawn(model, Query, 9, 4 / Math.Sqrt(9)),
            Part.Drawn(model, Value, 4, 10 / Math.Sqrt(4)),
            Part.Drawn(model, Up, 4, 6 / Math.Sqrt(4)),
            Part.Drawn(model, Head, 4, 4 / Math.Sqrt(4)),
        ];
        Write(config, parts.SelectMany(p => p.Tensors("base_model.model.")));
        DemandTheChange(parts);

        // written again, the adapter keeps the differing layers
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        using LanguageModel first = TinyModel.Create(),
            second = TinyModel.Create();
        LoraAdapter.Load(first, folder);
        var want = Logits(first);
        LoraAdapter.Save(first, folder, "base");
        LoraAdapter.Load(second, folder);
        Close.To(want, tensor(Logits(second)), 1e-6);
    }

    [Theory]
    [InlineData("base_model.model.", ".default", false)]
    [InlineData("base_model.model.", ".mine", true)]
    [InlineData("", "", false)]
    [InlineData("base_model.model._orig_mod.", "", true)]
    public void Names_that_other_programs_write_are_understood(string prefix, string adapter, bool magnitudeAsModule)
    {
        using var model = TinyModel.Create();
        Part[] parts = [Part.Drawn(model, Query, 4, 2, dora: true), Part.Drawn(model, Up, 4, 2, dora: true)];
        var config = Config(4, 8);
        config["use_dora"] = true;
        Write(config, parts.SelectMany(p => p.Tensors(prefix, adapter, magnitudeAsModule)));
        DemandTheChange(parts);
    }

    [Theory]
    [InlineData("""{"peft_type":"LOHA"}""", "its kind is LOHA")]
    [InlineData("""{"bias":"all"}""", "biases of the base model")]
    [InlineData("""{"modules_to_save":["lm_head"]}""", """modules_to_save is ["lm_head"]""")]
    [InlineData("""{"lora_bias":true}""", "its matrices have biases")]
    [InlineData("""{"init_lora_weights":"pissa_niter_16"}""", "init_lora_weights is 'pissa_niter_16'")]
    [InlineData("""{"init_lora_weights":"olora"}""", "changed before training")]
    [InlineData("""{"trainable_token_indices":[5,6]}""", "vectors of single tokens")]
    [InlineData("""{"target_parameters":["mlp.experts"]}""", "parameters that are no layers")]
    [InlineData("""{"layer_replication":[[0,4]]}""", "repeats layers")]
    [InlineData("""{"use_qalora":true}""", "use_qalora is true")]
    [InlineData("""{"use_something_new":true}""", "a method that is not supported")]
    [InlineData("""{"rank_pattern":{"(?<!x)q_proj":3}}""", "cannot be read")]
    public void What_would_change_the_result_silently_is_refused_with_the_entry(string entries, string what)
    {
        using var model = TinyModel.Create();
        var config = Config(4, 8);
        foreach (var (name, value) in JsonNode.Parse(entries)!.AsObject())
            config[name] = value?.DeepClone();
        Write(config, Part.Drawn(model, Query, 4, 2).Tensors("base_model.model."));
        var refusal = Assert.Throws<ModelFolderException>(() => LoraAdapter.Load(model, folder));
        Assert.Equal("adapter-unsupported", refusal.Code);
        Assert.Contains(what, refusal.What, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.WhatToDo);
    }

    [Theory]
    [InlineData("eva", false)]
    [InlineData("gaussian", true)]
    [InlineData("orthogonal", false)]
    public void Entries_that_only_say_how_training_began_do_not_matter(string start, bool rslora)
    {
        using var model = TinyModel.Create();
        var part = Part.Drawn(model, Query, 4, rslora ? 4 : 2);
        var config = Config(4, 8);
        (config["init_lora_weights"], config["use_rslora"]) = (start, rslora);
        (config["use_qalora"], config["megatron_core"], config["layers_to_transform"]) = (false, "megatron.core", new JsonArray(0));
        Write(config, part.Tensors("base_model.model."));
        DemandTheChange([part]);
    }

    [Fact]
    public void Tensors_without_a_place_are_named_and_an_adapter_without_tensors_is_refused()
    {
        using var model = TinyModel.Create();
        var part = Part.Drawn(model, Query, 4, 2);
        Write(Config(4, 8), [.. part.Tensors("base_model.model."), ("base_model.model.lm_head.weight", zeros(3))]);
        var refusal = Assert.Throws<ModelFolderException>(() => LoraAdapter.Load(model, folder));
        Assert.Equal("adapter-foreign", refusal.Code);
        Assert.Contains("base_model.model.lm_head.weight", refusal.What, StringComparison.Ordinal);

        Write(Config(4, 8), []);
        Assert.Equal("adapter-broken", Assert.Throws<ModelFolderException>(() => LoraAdapter.Load(model, folder)).Code);

        // magnitudes without use_dora would be left out
        using var fresh = TinyModel.Create();
        Write(Config(4, 8), Part.Drawn(fresh, Query, 4, 2, dora: true).Tensors("base_model.model."));
        Assert.Contains(
            "lora_magnitude_vector",
            Assert.Throws<ModelFolderException>(() => LoraAdapter.Load(fresh, folder)).What,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void DoRA_on_the_embedding_is_refused()
    {
        using var model = TinyModel.Create();
        var config = Config(2, 2);
        config["use_dora"] = true;
        Write(
            config,
            [
                ("base_model.model.transformer.wte.lora_embedding_A", zeros(2, model.Config.VocabularySize)),
                ("base_model.model.transformer.wte.lora_embedding_B", zeros(model.Config.Width, 2)),
                ("base_model.model.transformer.wte.lora_magnitude_vector", ones(model.Config.Width)),
            ]
        );
        var refusal = Assert.Throws<ModelFolderException>(() => LoraAdapter.Load(model, folder));
        Assert.Equal("adapter-unsupported", refusal.Code);
        Assert.Contains("embedding 'transformer.wte'", refusal.What, StringComparison.Ordinal);
    }
}
