using System.Globalization;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Models.Files;

/// <summary>A problem of a model folder.</summary>
/// <param name="Code">Stable code: "tensor-missing", "tensor-superfluous", "tensor-misshapen", "weights-quantised", "config-unknown", or
/// the code of the reader's error.</param>
/// <param name="Blocks">True: the model cannot be loaded. False: only some uses are affected.</param>
public sealed record ModelProblem(string Code, string What, string WhatToDo, bool Blocks = true);

/// <summary>
/// Checks without loading weights that a fine-tune can start from a model folder: its configuration is supported, it has the tensors that
/// the configuration implies, as plain numbers, and a tokenizer that fits.
/// </summary>
/// <param name="Parameters">Total number of weights according to the configuration.</param>
/// <param name="Config">Null if config.json cannot be used.</param>
/// <param name="Dtypes">Stored dtypes, comma-separated.</param>
public sealed record ModelCheck(
    string Folder,
    ModelConfig? Config,
    long? Parameters,
    string Dtypes,
    string? Tokenizer,
    IReadOnlyList<ModelProblem> Problems
)
{
    const int MostNamed = 20;

    /// <summary>Whether a fine-tune can start from the folder.</summary>
    public bool IsSound => !Problems.Any(p => p.Blocks);

    /// <summary>Checks configuration, tensors and tokenizer.</summary>
    public static ModelCheck Of(string folder) => Of(folder, TokenizerFolder.Load);

    /// <summary>
    /// Checks without reading the tokenizer's vocabulary, which takes seconds for large ones; only that its files are there.
    /// </summary>
    public static ModelCheck Briefly(string folder) =>
        Of(
            folder,
            f =>
            {
                TokenizerFolder.DemandFiles(f);
                return null;
            }
        );

    static ModelCheck Of(string folder, Func<string, Tokenizer?> load)
    {
        var problems = new List<ModelProblem>();
        var config = Try(() => ModelFolder.ReadConfig(folder), problems);
        if (problems.Any(p => p.Code is "adapter-alone" or "folder-missing"))
            return new(folder, null, null, "", null, problems);
        var stored = Try(() => StoredWeights.Read(folder), problems);
        var expected = config is null ? null : ExpectedTensor.Of(config);
        if (expected is not null && stored is not null)
            problems.AddRange(TensorComparison.Problems(config!, expected, stored.Tensors));
        var tokenizer = Try(() => load(folder), problems);
        if (config is not null && tokenizer is not null && tokenizer.VocabularySize > config.VocabularySize)
            problems.Add(
                new(
                    "tokenizer-larger",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the tokenizer has {tokenizer.VocabularySize} tokens and the model {config.VocabularySize}"
                    ),
                    "Get tokenizer and weights of the same model."
                )
            );
        if (config is not null && UnknownEntries(config) is { } unknown)
            problems.Add(unknown);
        return new(folder, config, expected?.Sum(t => t.Count), stored?.Dtypes ?? "", tokenizer?.Name, problems);
    }

    /// <summary>Names the entries of a configuration that have no effect; null if there are none.</summary>
    public static ModelProblem? UnknownEntries(ModelConfig config)
    {
        var (names, count) = (config.Unknown, config.Unknown.Count);
        if (count == 0)
            return null;
        var more = count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {count - MostNamed} more") : "";
        var have = count == 1 ? "an entry that is not known here and has" : "entries that are not known here and have";
        return new(
            "config-unknown",
            $"config.json has {have} no effect: {string.Join(", ", names.Take(MostNamed))}{more}",
            "If the model's own program computes differently because of that, the answers differ: compare with 'logits'.",
            Blocks: false
        );
    }

    static T? Try<T>(Func<T?> read, List<ModelProblem> problems)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ModelFolderException e)
        {
            problems.Add(new(e.Code, e.What, e.WhatToDo));
        }
        catch (TokenizerFileException e)
        {
            problems.Add(new("tokenizer-unusable", e.What, e.WhatToDo));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new("folder-unreadable", BoundedFile.Reason(e), "Check the folder and its access rights."));
        }
        return null;
    }
}
