using System.Globalization;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Models.Files;

/// <summary>A problem of a model folder.</summary>
/// <param name="Code">Stable code: "tensor-missing", "tensor-superfluous", "tensor-misshapen", or the code of the reader's error.</param>
/// <param name="Blocks">True: the model cannot be loaded. False: only some uses are affected.</param>
public sealed record ModelProblem(string Code, string What, string WhatToDo, bool Blocks = true);

/// <summary>Checks without loading weights that a model folder has the tensors that its config.json implies.</summary>
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
    public bool IsSound => !Problems.Any(p => p.Blocks);

    public static ModelCheck Of(string folder)
    {
        var problems = new List<ModelProblem>();
        T? Try<T>(Func<T> read)
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
                problems.Add(new("tokenizer-unusable", e.What, e.WhatToDo, Blocks: false));
            }
            return null;
        }
        var config = Try(() => ModelFolder.ReadConfig(folder));
        var stored = Try(() => StoredWeights.Read(folder));
        var tokenizer = Try(() => TokenizerFolder.Load(folder));
        var expected = config is null ? null : ExpectedTensor.Of(config);
        if (expected is not null && stored is not null)
            Compare(config!, expected, stored.Tensors, problems);
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
        return new(folder, config, expected?.Sum(t => t.Count), stored?.Dtypes ?? "", tokenizer?.Name, problems);
    }

    static void Compare(
        ModelConfig config,
        IReadOnlyList<ExpectedTensor> expected,
        IReadOnlyList<StoredTensor> stored,
        List<ModelProblem> problems
    )
    {
        var names = Architecture.Find(config.ModelType)!.Names;
        var open = expected.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var tensor in stored)
        {
            if (!open.Remove(NameIn(open, tensor.Name, names.OptionalPrefix), out var wanted))
            {
                var known =
                    names.Ignored.Any(end => tensor.Name.EndsWith(end, StringComparison.Ordinal))
                    || (config.TiedEmbeddings && tensor.Name == names.Head + ".weight");
                if (!known)
                    problems.Add(
                        new(
                            "tensor-superfluous",
                            $"{tensor.Name} ({Shape(tensor.Shape)}) is not part of this architecture",
                            "Get config.json and weights of the same model."
                        )
                    );
            }
            else if (!wanted.Shape.SequenceEqual(tensor.Shape))
            {
                problems.Add(
                    new(
                        "tensor-misshapen",
                        $"{tensor.Name} is ({Shape(tensor.Shape)}) and should be ({Shape(wanted.Shape)})",
                        "Get config.json and weights of the same model."
                    )
                );
            }
        }
        problems.AddRange(
            open.Values.Select(t => new ModelProblem(
                "tensor-missing",
                $"{t.Name} ({Shape(t.Shape)}) is missing",
                "Get the model's weights again, all shards of them."
            ))
        );
    }

    // some checkpoints add a prefix to every name, or omit it
    static string NameIn(Dictionary<string, ExpectedTensor> open, string stored, string? prefix) =>
        prefix is null || open.ContainsKey(stored) ? stored
        : open.ContainsKey(prefix + stored) ? prefix + stored
        : stored.StartsWith(prefix, StringComparison.Ordinal) ? stored[prefix.Length..]
        : stored;

    static string Shape(IEnumerable<long> shape) => string.Join(", ", shape.Select(n => n.ToString(CultureInfo.InvariantCulture)));
}
