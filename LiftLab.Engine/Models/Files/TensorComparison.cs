using System.Globalization;

namespace LiftLab.Engine.Models.Files;

/// <summary>Compares the tensors of a folder with those that its config.json implies.</summary>
static class TensorComparison
{
    /// <summary>Maximum number of tensors that are listed for each kind of problem.</summary>
    const int MostListed = 20;

    public static IEnumerable<ModelProblem> Problems(
        ModelConfig config,
        IReadOnlyList<ExpectedTensor> expected,
        IReadOnlyList<StoredTensor> stored
    )
    {
        var names = Architecture.Find(config.ModelType)!.Names;
        var open = expected.ToDictionary(t => t.Name, StringComparer.Ordinal);
        string NameIn(string name) => StoredName.In(name, names.OptionalPrefix, open.ContainsKey);
        if (QuantisedStore.Of(stored, name => open.ContainsKey(NameIn(name))) is { } quantised)
            return [new(quantised.Code, quantised.What, quantised.WhatToDo)];
        var problems = new List<ModelProblem>();
        foreach (var tensor in stored)
        {
            var name = NameIn(tensor.Name);
            if (!open.Remove(name, out var wanted))
            {
                if (!StoredName.IsIgnored(name, names, config.TiedEmbeddings))
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
        return problems.GroupBy(p => p.Code).SelectMany(Listed);
    }

    static IEnumerable<ModelProblem> Listed(IGrouping<string, ModelProblem> alike)
    {
        var (count, first) = (alike.Count(), alike.First());
        return count <= MostListed
            ? alike
            : alike
                .Take(MostListed)
                .Append(
                    first with
                    {
                        What = string.Create(CultureInfo.InvariantCulture, $"{count - MostListed} more tensors have the same problem"),
                    }
                );
    }

    static string Shape(IEnumerable<long> shape) => string.Join(", ", shape.Select(n => n.ToString(CultureInfo.InvariantCulture)));
}
