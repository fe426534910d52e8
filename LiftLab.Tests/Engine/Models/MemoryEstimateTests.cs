using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Memory;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

public sealed class MemoryEstimateTests
{
    static readonly ModelConfig GptJ = BaseModels.Find("gpt-j-6b")!.Config!;

    [Fact]
    public void GptJ_has_the_published_number_of_weights_and_of_adapter_weights()
    {
        Assert.Equal(6_050_882_784, BaseModels.Find("EleutherAI/gpt-j-6B")!.Parameters);
        Assert.Equal(34_774_016, MemoryEstimate.AdapterCount(GptJ, 16));
        Assert.Equal(28L * 2 * 16 * 8192, MemoryEstimate.AdapterCount(GptJ, 16, ["q_proj", "v_proj"]));
    }

    [Fact]
    public void Shared_keys_and_values_of_grouped_query_attention_take_their_own_size()
    {
        MemoryEstimate Llama(int groups)
        {
            var config = (System.Text.Json.Nodes.JsonObject)
                System.Text.Json.Nodes.JsonNode.Parse(
                    """{"model_type":"llama","vocab_size":1000,"hidden_size":512,"num_hidden_layers":8,"num_attention_heads":16,"intermediate_size":1024,"max_position_embeddings":256}"""
                )!;
            config["num_key_value_heads"] = groups;
            return MemoryEstimate.ForTraining(ModelConfig.Parse(config), new() { Rows = 8, Length = 64 });
        }
        var (all, two) = (Llama(16), Llama(2));
        // keys and values: 14 of 16 heads of 32 less, twice, each layer
        Assert.Equal(8L * 2 * 14 * 32 * 512 * 4, all.Weights - two.Weights);
        Assert.Equal(8L * 2 * 14 * 32 * 4 * 8 * 64, all.Activations - two.Activations);
    }

    [Theory]
    [InlineData(WeightPrecision.Float32, false, 4L * 6_050_882_784)]
    [InlineData(WeightPrecision.BFloat16, true, 2L * 6_050_882_784)]
    // 6,050,021,376 bytes, 1,477,056 scales, 170 codes, 861,408 float32 beside them
    [InlineData(WeightPrecision.Int8, false, 6_059_549_312)]
    [InlineData(WeightPrecision.Nf4, true, 3_404_859_840)] // half of that, 94,531,584 scales, 861,408 bfloat16 beside them
    public void Weights_take_what_their_precision_says(WeightPrecision precision, bool half, long bytes) =>
        Assert.Equal(bytes, MemoryEstimate.ForTraining(GptJ, new() { Weights = precision, HalfActivations = half }).Weights);

    [Fact]
    public void A_paper_like_step_of_GptJ_equals_the_sum_done_by_hand()
    {
        var estimate = MemoryEstimate.ForTraining(
            GptJ,
            new()
            {
                Weights = WeightPrecision.Int8,
                LoraRank = 16,
                Rows = 4,
                Length = 64,
                AnswerLength = 8,
            }
        );
        Assert.Equal(139_096_064, estimate.Adapter); // 34,774,016 · 4
        Assert.Equal(0, estimate.Gradients); // by the time they are whole, the activations of most layers have been given back
        Assert.Equal(278_192_128, estimate.Optimizer);
        // a layer keeps 57,440 numbers a token: 2·4096 norm, 4·4096 attention, 2·16384 feed-forward, 6·16 adapters; 28 layers, 256 tokens,
        // and the last hidden state and the mask;
        // of the last layer 16,416 (norm, keys, values, 2·16 adapters) everywhere and the rest at 32 labels
        Assert.Equal(
            27L * 57_440 * 4 * 256 + 16_416 * 4 * 256 + (57_440 - 16_416) * 4 * 32 + 4096 * 4 * 256 + 4 * 64 * 64 * 4,
            estimate.Activations
        );
        Assert.Equal(32L * 50400 * 16, estimate.Logits); // 32 labels: scores, log-probabilities, gradients of both
        Assert.Equal((2L * 16384 + 3 * 4096) * 4 * 256 + 50400L * 4096 * 4, estimate.Working); // the head, dequantised
        Assert.Equal(
            estimate.Weights
                + estimate.Adapter
                + estimate.Gradients
                + estimate.Optimizer
                + estimate.Activations
                + estimate.Logits
                + estimate.Working
                + estimate.Overhead,
            estimate.Total
        );
    }

    [Fact]
    public void Activations_below_a_megabyte_leave_gaps_in_the_heap_and_larger_ones_or_a_card_do_not()
    {
        var small = LiftLab.Engine.Models.Architectures.GptJ.Sized(8192, 256, 8, 4, 32, 2048);
        long Overhead(int tokens, bool card = false) =>
            MemoryEstimate
                .ForTraining(
                    small,
                    new()
                    {
                        Rows = 1,
                        Length = tokens,
                        OnCard = card,
                    }
                )
                .Overhead;
        Assert.Equal((195L << 20) + 8 * 6 * 256 * 4 * 999, Overhead(1000)); // a row's last token is no input
        Assert.Equal(195L << 20, Overhead(1025));
        Assert.Equal(600L << 20, Overhead(1000, card: true));
    }

    [Fact]
    public void Gradients_stay_where_a_step_has_parts_and_the_best_weights_are_kept_beside_them()
    {
        var estimate = MemoryEstimate.ForTraining(
            GptJ,
            new()
            {
                Weights = WeightPrecision.Int8,
                Parts = 2,
                KeepsBest = true,
            }
        );
        Assert.Equal((139_096_064, 139_096_064), (estimate.Gradients, estimate.Best));
    }

    [Fact]
    public void Adapters_take_four_bytes_a_weight_on_bfloat16_and_two_more_in_the_products()
    {
        var estimate = MemoryEstimate.ForTraining(
            GptJ,
            new()
            {
                Weights = WeightPrecision.BFloat16,
                Rows = 4,
                Length = 64,
            }
        );
        Assert.Equal(139_096_064, estimate.Adapter);
        Assert.Equal((2L * 16384 + 3 * 4096) * 2 * 256 + 34_774_016 * 2, estimate.Working);
    }

    [Fact]
    public void Checkpointing_keeps_one_layer_and_the_inputs_of_the_others()
    {
        var settings = new MemorySettings
        {
            Weights = WeightPrecision.BFloat16,
            Rows = 4,
            Length = 64,
            Checkpointing = true,
        };
        Assert.Equal(
            28L * 4096 * 2 * 256 + 57_440 * 2 * 256 + 4096 * 2 * 256 + 4 * 64 * 64 * 2,
            MemoryEstimate.ForTraining(GptJ, settings).Activations
        );
    }

    [Fact]
    public void Eight_bit_moments_take_a_quarter_and_their_scales()
    {
        var settings = new MemorySettings { Optimizer = OptimizerMemory.Adam8 };
        Assert.Equal(2L * 34_774_016 + 8 * 135_836, MemoryEstimate.ForTraining(GptJ, settings).Optimizer); // 135,836 blocks of 256
    }

    [Fact]
    public void Training_all_weights_has_gradients_and_moments_of_all()
    {
        var estimate = MemoryEstimate.ForTraining(GptJ, new() { LoraRank = null });
        Assert.Equal((0L, 8L * 6_050_882_784), (estimate.Adapter, estimate.Optimizer));
        Assert.InRange(estimate.Gradients + estimate.Activations + estimate.Logits, 4L * 6_050_882_784, 5L * 6_050_882_784);
    }

    [Fact]
    public void Answering_keeps_keys_and_values_and_no_gradients()
    {
        var estimate = MemoryEstimate.ForAnswering(
            GptJ,
            new()
            {
                Weights = WeightPrecision.BFloat16,
                LoraRank = null,
                Rows = 32,
                Length = 96,
                AnswerLength = 8,
            }
        );
        Assert.Equal(2L * 28 * 4096 * 2 * 32 * 104, estimate.Cache);
        Assert.Equal((0L, 0L, 0L), (estimate.Gradients, estimate.Optimizer, estimate.Activations));
    }

    [Theory]
    [MemberData(nameof(ExpectedTensorTests.Supported), MemberType = typeof(ExpectedTensorTests))]
    public void Adapters_are_counted_as_they_are_attached(string name)
    {
        using var model = new LanguageModel(BaseModels.Find(name)!.Config!, META);
        LoraAdapter.Attach(model, new(new(Rank: 16)), seed: 1);
        Assert.Equal(model.Trainable.Sum(w => w.Value.numel()), MemoryEstimate.AdapterCount(model.Config, 16));
    }
}
