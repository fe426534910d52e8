using System.Globalization;
using LiftLab.Engine.FineTuning.Recipes;

namespace LiftLab.Web.Pages.Start;

/// <summary>A setting of a recipe as it is edited: its name, what it means, how it is read and written.</summary>
/// <param name="Options">The values there are, for a choice of words; null for a number.</param>
public sealed record RecipeField(
    string Title,
    string Hint,
    Func<FineTune, string> Read,
    Func<FineTune, string, FineTune?> Write,
    IReadOnlyList<string>? Options = null,
    bool IsNumber = true
)
{
    static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    /// <summary>Null from Write means: not a value.</summary>
    public static IReadOnlyList<RecipeField> Of(FineTune recipe) =>
        [
            Whole(
                "Epochs",
                "Passes over the training rows; the best one on the validation rows is kept.",
                r => r.Epochs,
                (r, v) => r with { Epochs = v }
            ),
            Whole(
                "Steps at least",
                "Small tables get more passes until so many steps are planned; 0 for none.",
                r => r.MinimumSteps,
                (r, v) => r with { MinimumSteps = v }
            ),
            Whole(
                "Steps at most",
                "Large tables get fewer passes; 0 for no limit.",
                r => r.MaximumSteps,
                (r, v) => r with { MaximumSteps = v }
            ),
            Real("Learning rate", "Peak, after the warm-up.", r => r.LearningRate, (r, v) => r with { LearningRate = v }),
            Whole("Warm-up steps", "Steps until the peak rate.", r => r.WarmupSteps, (r, v) => r with { WarmupSteps = v }),
            Word("Schedule", "How the rate falls after the warm-up.", r => r.Schedule, (r, v) => r with { Schedule = v }),
            Whole(
                "Patience",
                "Training ends after so many validations without gain; 0 for never.",
                r => r.Patience,
                (r, v) => r with { Patience = v }
            ),
            Whole(
                "Batch",
                "Rows a step. A value of your own is taken as it is, whatever the table.",
                r => r.BatchSize,
                (r, v) => v == r.BatchSize ? r : r with { BatchSize = v, BatchGrowth = 1 }
            ),
            Real(
                "Batch growth",
                "Tables of fewer than six features get batches larger in proportion, so many times at most and never beyond a quarter of the training rows; 1 for never.",
                r => r.BatchGrowth,
                (r, v) => r with { BatchGrowth = v }
            ),
            Real("Weight decay", "Pulls weights toward 0.", r => r.WeightDecay, (r, v) => r with { WeightDecay = v }),
            Real(
                "Gradient clip",
                "Largest norm of a step's gradient; 0 for none, as in the paper.",
                r => r.GradientClip,
                (r, v) => r with { GradientClip = v }
            ),
            Word(
                "Method",
                "Full: every weight learns. LoRA: small adapters learn, the model stays.",
                r => r.Method,
                (r, v) => r with { Method = v }
            ),
            .. recipe.Method == FineTuneMethod.Lora
                ? Adapters
                :
                [
                    new(
                        "Token vectors",
                        "Stay: the vectors of tokens are as the base model has them, so that near numbers stay near. Learn: they move like every weight.",
                        r => r.FrozenEmbedding ? "stay" : "learn",
                        (r, text) => text is "stay" or "learn" ? r with { FrozenEmbedding = text == "stay" } : null,
                        ["stay", "learn"]
                    ),
                ],
            Word(
                "Moments",
                "What the optimizer keeps for each weight that learns: adam has 8 bytes, adam8 has 2.",
                r => r.Moments,
                (r, v) => r with { Moments = v }
            ),
            Word(
                "Recompute",
                "Layers are computed again on the way back instead of being kept: less memory, a third more time. Auto: where memory asks for it.",
                r => r.Recompute,
                (r, v) => r with { Recompute = v }
            ),
            Whole(
                "Tokens at once",
                "A step of more is cut and its gradients added up, with the same result in less memory; 0 for as many as fit.",
                r => r.TokensAtOnce,
                (r, v) => r with { TokensAtOnce = v }
            ),
            Word(
                "Answers",
                "Labels: the exact probability of every answer. Greedy or sample: free writing, which may be unreadable.",
                r => r.Decode,
                (r, v) => r with { Decode = v }
            ),
            .. recipe.Decode == DecodingMode.Sample
                ?
                [
                    Real("Temperature", "Higher is more varied.", r => r.Temperature, (r, v) => r with { Temperature = v }),
                    Whole("Samples", "Answers drawn a row, then voted or averaged.", r => r.Samples, (r, v) => r with { Samples = v }),
                ]
                : Array.Empty<RecipeField>(),
            Real(
                "Noise on levels",
                "Scaled numbers: standard deviation, in levels of 100, that training rows are shaken by; in proportion less below six features.",
                r => r.FeatureBlur,
                (r, v) => r with { FeatureBlur = v }
            ),
            Real(
                "Noise like the rows'",
                "Scaled numbers: noise with the covariance of rows of the same class (or of near targets), in parts of their spread; in proportion less below six features.",
                r => r.CovariantBlur,
                (r, v) => r with { CovariantBlur = v }
            ),
            Real(
                "Categories lost",
                "Share of category cells that training rows lose, where prompts write one token a cell.",
                r => r.CategoryDrop,
                (r, v) => r with { CategoryDrop = v }
            ),
            Whole(
                "Column orders",
                "Orders of the columns that answers are averaged over.",
                r => r.ColumnOrders,
                (r, v) => r with { ColumnOrders = v }
            ),
            Whole("Members", "Models of different seeds, averaged.", r => r.Members, (r, v) => r with { Members = v }),
            .. recipe.Method == FineTuneMethod.Full && recipe.Members > 1
                ?
                [
                    new RecipeField(
                        "Members begin",
                        "Apart: where the base model has learned nothing, each further member begins at random weights of its own. Alike: all begin at the base model's.",
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
            "How the base model lies in memory: float32, bfloat16 (half), int8 (a quarter, as in the paper) or nf4 (an eighth). Auto: the most exact that fits.",
            r => r.Precision,
            (r, v) => r with { Precision = v }
        ),
        Whole("LoRA rank", "Width of the adapters.", r => r.LoraRank, (r, v) => r with { LoraRank = v }),
        new(
            "LoRA alpha",
            "Adapters are scaled by alpha / rank; empty for a factor of 1, as in the paper.",
            r => r.LoraAlpha?.ToString("0.#########", Plain) ?? "",
            (r, text) =>
                text.Trim().Length == 0 ? r with { LoraAlpha = null }
                : double.TryParse(text, NumberStyles.Float, Plain, out var v) ? r with { LoraAlpha = v }
                : null
        ),
        Real(
            "LoRA dropout",
            "Share of the adapters' inputs that is left out at random.",
            r => r.LoraDropout,
            (r, v) => r with { LoraDropout = v }
        ),
        new(
            "LoRA layers",
            "Last parts of the layers' names with commas between (q_proj, v_proj), or all.",
            r => r.LoraTargets,
            (r, text) => text.Trim().Length == 0 ? null : r with { LoraTargets = text.Trim() },
            IsNumber: false
        ),
        new(
            "Adapter",
            "DoRA learns the weights' magnitudes apart from their directions.",
            r => r.Dora ? "dora" : "lora",
            (r, text) => text is "dora" or "lora" ? r with { Dora = text == "dora" } : null,
            ["lora", "dora"]
        ),
    ];

    static RecipeField Whole(string title, string hint, Func<FineTune, int> read, Func<FineTune, int, FineTune> write) =>
        new(
            title,
            hint,
            r => read(r).ToString(Plain),
            (r, text) => int.TryParse(text, NumberStyles.Integer, Plain, out var v) ? write(r, v) : null
        );

    static RecipeField Real(string title, string hint, Func<FineTune, double> read, Func<FineTune, double, FineTune> write) =>
        new(
            title,
            hint,
            r => read(r).ToString("0.#########", Plain),
            (r, text) => double.TryParse(text, NumberStyles.Float, Plain, out var v) ? write(r, v) : null
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
