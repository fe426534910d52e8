using System.Globalization;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Web.Parts.Fields;

namespace LiftLab.Web.Pages.Start;

/// <summary>A setting of a recipe in the editor: title, hint, and how it is read and written.</summary>
/// <param name="Options">The possible values of a choice; null for a number.</param>
/// <param name="Setting">The property of the recipe whose range the field has; null if every value is allowed.</param>
/// <param name="Kind">The kind of text, before its range ("a whole number").</param>
public sealed record RecipeField(
    string Title,
    string Hint,
    Func<FineTune, string> Read,
    Func<FineTune, string, FineTune?> Write,
    IReadOnlyList<string>? Options = null,
    bool IsNumber = true,
    string? Setting = null,
    string Kind = "a number"
)
{
    static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    /// <summary>The texts that this field of a recipe accepts.</summary>
    public AllowedValues Allowed(FineTune recipe)
    {
        var range = Setting is null ? null : SettingRange.Of(Setting);
        return new(
            range is null ? Kind : $"{Kind}, {range.Words}",
            text => Write(recipe, text) is { } changed && (range is null || range.Holds(changed))
        );
    }

    /// <summary>The fields of a recipe. Write returns null for a text that is not a value.</summary>
    public static IReadOnlyList<RecipeField> Of(FineTune recipe) =>
        [
            Whole(
                "Epochs",
                nameof(FineTune.Epochs),
                "Passes over the training rows. The weights of the epoch with the best validation score are kept.",
                r => r.Epochs,
                (r, v) => r with { Epochs = v }
            ),
            Whole(
                "Steps at least",
                nameof(FineTune.MinimumSteps),
                "Minimum number of optimiser steps: small tables get more epochs. 0: no minimum.",
                r => r.MinimumSteps,
                (r, v) => r with { MinimumSteps = v }
            ),
            Whole(
                "Steps at most",
                nameof(FineTune.MaximumSteps),
                "Maximum number of optimiser steps: large tables get fewer epochs. 0: no maximum.",
                r => r.MaximumSteps,
                (r, v) => r with { MaximumSteps = v }
            ),
            Real(
                "Learning rate",
                nameof(FineTune.LearningRate),
                "Peak learning rate, reached after the warm-up.",
                r => r.LearningRate,
                (r, v) => r with { LearningRate = v }
            ),
            Whole(
                "Warm-up steps",
                nameof(FineTune.WarmupSteps),
                "Optimiser steps from 0 to the peak learning rate.",
                r => r.WarmupSteps,
                (r, v) => r with { WarmupSteps = v }
            ),
            Word("Schedule", "How the learning rate falls after the warm-up.", r => r.Schedule, (r, v) => r with { Schedule = v }),
            Whole(
                "Patience",
                nameof(FineTune.Patience),
                "Training ends after this number of validations without improvement. 0: never.",
                r => r.Patience,
                (r, v) => r with { Patience = v }
            ),
            Whole(
                "Batch",
                nameof(FineTune.BatchSize),
                "Rows per optimiser step. A value that you enter is used for every table.",
                r => r.BatchSize,
                (r, v) => v == r.BatchSize ? r : r with { BatchSize = v, BatchGrowth = 1 }
            ),
            Real(
                "Batch growth",
                nameof(FineTune.BatchGrowth),
                "Maximum factor by which the batch grows for tables with fewer than six features, at most to a quarter of the training rows. 1: it does not grow.",
                r => r.BatchGrowth,
                (r, v) => r with { BatchGrowth = v }
            ),
            Real(
                "Weight decay",
                nameof(FineTune.WeightDecay),
                "Decoupled weight decay of the optimiser.",
                r => r.WeightDecay,
                (r, v) => r with { WeightDecay = v }
            ),
            Real(
                "Gradient clip",
                nameof(FineTune.GradientClip),
                "Maximum norm of the gradient of a step. 0: no clipping, as in the paper.",
                r => r.GradientClip,
                (r, v) => r with { GradientClip = v }
            ),
            Word(
                "Method",
                "Full: all weights are trained. LoRA: small adapters are trained and the model's weights are frozen.",
                r => r.Method,
                // all weights are trained in float32 and without adapters
                (r, v) => v == FineTuneMethod.Lora ? r with { Method = v } : r with { Method = v, Dora = false, Precision = Precision.Auto }
            ),
            .. recipe.Method == FineTuneMethod.Lora
                ? Adapters
                :
                [
                    new(
                        "Token vectors",
                        "Stay: token embeddings are frozen, so that embeddings of close numbers stay close. Learn: they are trained.",
                        r => r.FrozenEmbedding ? "stay" : "learn",
                        (r, text) => text is "stay" or "learn" ? r with { FrozenEmbedding = text == "stay" } : null,
                        ["stay", "learn"]
                    ),
                ],
            Word(
                "Moments",
                "Optimiser state per trained weight: adam takes 8 bytes, adam8 takes 2.",
                r => r.Moments,
                (r, v) => r with { Moments = v }
            ),
            Word(
                "Recompute",
                "Activations are computed again in the backward pass instead of being stored: less memory, about a third more time. Auto: only if memory is short.",
                r => r.Recompute,
                (r, v) => r with { Recompute = v }
            ),
            Whole(
                "Tokens at once",
                nameof(FineTune.TokensAtOnce),
                "Maximum number of tokens per pass: larger steps are divided and their gradients summed, with the same result in less memory. 0: as many as fit.",
                r => r.TokensAtOnce,
                (r, v) => r with { TokensAtOnce = v }
            ),
            Word(
                "Answers",
                "Labels: the probability of each possible answer is computed. Greedy or sample: text is generated, which can be unreadable.",
                r => r.Decode,
                (r, v) => r with { Decode = v }
            ),
            .. recipe.Decode == DecodingMode.Sample
                ?
                [
                    Real(
                        "Temperature",
                        nameof(FineTune.Temperature),
                        "Sampling temperature: higher values give more varied answers.",
                        r => r.Temperature,
                        (r, v) => r with { Temperature = v }
                    ),
                    Whole(
                        "Samples",
                        nameof(FineTune.Samples),
                        "Answers sampled per row; classes are decided by majority, numbers averaged.",
                        r => r.Samples,
                        (r, v) => r with { Samples = v }
                    ),
                ]
                : Array.Empty<RecipeField>(),
            Real(
                "Noise on levels",
                nameof(FineTune.FeatureBlur),
                "Standard deviation of the noise added to scaled numbers of training rows, in levels of 100. Proportionally less with fewer than six features.",
                r => r.FeatureBlur,
                (r, v) => r with { FeatureBlur = v }
            ),
            Real(
                "Covariant noise",
                nameof(FineTune.CovariantBlur),
                "Noise added to scaled numbers of training rows, with the covariance of rows of the same class (or with close targets), as a fraction of their standard deviation. Proportionally less with fewer than six features.",
                r => r.CovariantBlur,
                (r, v) => r with { CovariantBlur = v }
            ),
            Real(
                "Category dropout",
                nameof(FineTune.CategoryDrop),
                "Probability (0 to 1) that a category cell of a training row is replaced by the \"other\" token, where prompts have one token per cell.",
                r => r.CategoryDrop,
                (r, v) => r with { CategoryDrop = v }
            ),
            Whole(
                "Column orders",
                nameof(FineTune.ColumnOrders),
                "Number of column orders over which answers are averaged.",
                r => r.ColumnOrders,
                (r, v) => r with { ColumnOrders = v }
            ),
            Whole(
                "Members",
                nameof(FineTune.Members),
                "Number of models that are trained with different seeds and averaged.",
                r => r.Members,
                (r, v) => r with { Members = v }
            ),
            .. recipe.Method == FineTuneMethod.Full && recipe.Members > 1
                ?
                [
                    new RecipeField(
                        "Members start",
                        "Apart: each further member starts from its own random weights where the base model's weights are random. Alike: all start from the base model's weights.",
                        r => r.OwnStarts ? "apart" : "alike",
                        (r, text) => text is "apart" or "alike" ? r with { OwnStarts = text == "apart" } : null,
                        ["apart", "alike"]
                    ),
                ]
                : Array.Empty<RecipeField>(),
        ];

    static IReadOnlyList<RecipeField> Adapters { get; } =
    [
        Word(
            "Frozen weights",
            "Precision of the frozen base model: float32, bfloat16 (half the memory), int8 (a quarter, as in the paper) or nf4 (an eighth). Auto: the highest precision that fits.",
            r => r.Precision,
            (r, v) => r with { Precision = v }
        ),
        Whole("LoRA rank", nameof(FineTune.LoraRank), "Rank of the adapter matrices.", r => r.LoraRank, (r, v) => r with { LoraRank = v }),
        new(
            "LoRA alpha",
            "Adapters are scaled by alpha / rank. Empty: a factor of 1, as in the paper.",
            r => r.LoraAlpha?.ToString("0.#########", Plain) ?? "",
            (r, text) =>
                text.Trim().Length == 0 ? r with { LoraAlpha = null }
                : double.TryParse(text, NumberStyles.Float, Plain, out var v) ? r with { LoraAlpha = v }
                : null,
            Setting: nameof(FineTune.LoraAlpha),
            Kind: "empty or a number"
        ),
        Real(
            "LoRA dropout",
            nameof(FineTune.LoraDropout),
            "Probability (0 to 1) that an input of an adapter is set to 0 during training.",
            r => r.LoraDropout,
            (r, v) => r with { LoraDropout = v }
        ),
        new(
            "LoRA layers",
            "Names of the layers with adapters, separated by commas (q_proj, v_proj), or all.",
            r => r.LoraTargets,
            (r, text) => text.Trim().Length == 0 ? null : r with { LoraTargets = text.Trim() },
            IsNumber: false,
            Kind: "all, or names of layers"
        ),
        new(
            "Adapter",
            "DoRA trains magnitude and direction of the weights separately.",
            r => r.Dora ? "dora" : "lora",
            (r, text) => text is "dora" or "lora" ? r with { Dora = text == "dora" } : null,
            ["lora", "dora"]
        ),
        new(
            "Float32 products",
            "tf32: a GPU rounds the inputs of float32 matrix products to 10 bits, which is faster and less exact. No effect on a CPU.",
            r => r.Tf32 ? "tf32" : "exact",
            (r, text) => text is "tf32" or "exact" ? r with { Tf32 = text == "tf32" } : null,
            ["exact", "tf32"]
        ),
    ];

    static RecipeField Whole(string title, string setting, string hint, Func<FineTune, int> read, Func<FineTune, int, FineTune> write) =>
        new(
            title,
            hint,
            r => read(r).ToString(Plain),
            (r, text) => int.TryParse(text, NumberStyles.Integer, Plain, out var v) ? write(r, v) : null,
            Setting: setting,
            Kind: "a whole number"
        );

    static RecipeField Real(
        string title,
        string setting,
        string hint,
        Func<FineTune, double> read,
        Func<FineTune, double, FineTune> write
    ) =>
        new(
            title,
            hint,
            r => read(r).ToString("0.#########", Plain),
            (r, text) => double.TryParse(text, NumberStyles.Float, Plain, out var v) ? write(r, v) : null,
            Setting: setting
        );

    static RecipeField Word<T>(string title, string hint, Func<FineTune, T> read, Func<FineTune, T, FineTune> write)
        where T : struct, Enum =>
        new(
            title,
            hint,
            r => Lower(read(r).ToString()),
            (r, text) => Enum.TryParse<T>(text, ignoreCase: true, out var v) ? write(r, v) : null,
            [.. Enum.GetNames<T>().Select(Lower)]
        );

    static string Lower(string name) => name.ToLowerInvariant();
}
