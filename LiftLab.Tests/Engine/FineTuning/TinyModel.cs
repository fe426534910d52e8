using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.FineTuning;

/// <summary>
/// A model small enough to train inside a test, and rows it can learn: the answer says whether a level is above the middle.
/// </summary>
static class TinyModel
{
    public static readonly ByteTokenizer Tokenizer = new();

    public static LanguageModel Create(int seed = 1)
    {
        var model = new LanguageModel(GptJ.Sized(Tokenizer.VocabularySize, 32, 2, 2, 8, 64));
        var start = new Initialisation(0.05);
        start.Apply(model, seed);
        start.OrderLevels(model, Tokenizer.FirstLevelId, Tokenizer.Levels);
        return model;
    }

    public static LanguageModel Trainable(int seed = 1)
    {
        var model = Create(seed);
        model.SetTrainable(true);
        return model;
    }

    /// <summary>Between weights of the same name.</summary>
    public static double LargestDifference(LanguageModel a, LanguageModel b)
    {
        Assert.Equal(a.Weights.Select(w => w.Name), b.Weights.Select(w => w.Name));
        return a
            .Weights.Zip(b.Weights)
            .Max(pair =>
                pair.First.Value.data<float>().Zip(pair.Second.Value.data<float>()).Max(p => Math.Abs((double)p.First - p.Second))
            );
    }

    public static TrainingRow[] Rows(int count, int seed = 5)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    var level = random.Next(100);
                    var prompt = (i % 3 == 0 ? "x=" : "value x=") + SpecialForms.Level(level) + "###";
                    return TrainingRow.Completion(Tokenizer.Encode(prompt), Tokenizer.Encode((level >= 50 ? "high" : "low") + "@@@"));
                }),
        ];
    }
}

/// <summary>Hands on events on the caller's thread.</summary>
sealed class Collected<T> : IProgress<T>
{
    public List<T> All { get; } = [];

    public void Report(T value) => All.Add(value);
}
