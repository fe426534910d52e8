using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Classes as codes. With more than ten classes, some share a code; which ones differs between draws. A context of neighbours instead gives
/// a code of its own to each class that occurs in it, as far as codes suffice, and none to other classes.
/// </summary>
sealed class ClassTargets(int[] classes, int count) : ContextTargets
{
    /// <summary>The class has no code and no row in the context.</summary>
    const int None = -1;

    readonly double[] frequencies = [.. Enumerable.Range(0, count).Select(k => classes.Count(c => c == k) / (double)classes.Length)];

    double temperature = 1;

    public override int Width => count;

    public override JsonObject Calibrate(double[][] answers, double[] truth)
    {
        temperature = AnswerSheet.FitTemperature(answers, [.. truth.Select(t => (int)t)]);
        return new() { ["temperature"] = temperature };
    }

    public override Prediction Predicted(double[] answer, AnswerSheet sheet) =>
        sheet.FromDistribution(AnswerSheet.Tempered(answer, temperature));

    public override void Keep(KeptWriter into)
    {
        into.Put("classes", classes);
        into.Put("count", count);
        into.Put("temperature", temperature);
    }

    public static ClassTargets Of(KeptReader from) =>
        new(from.Array<int>("classes"), from.Whole("count")) { temperature = from.Number("temperature") };

    public override (int[] Classes, int Count) AsClasses() => (classes, count);

    public override Func<int[], bool, ContextCodes> Draw(Random random)
    {
        var shared = Shared(random);
        return (rows, local) =>
        {
            var codes = local && count > ContextCodes.Count ? Within(random, [.. rows.Select(r => classes[r]).Distinct()], shared) : shared;
            int[] used = [.. codes.Where(c => c != None).Distinct().Order()];
            return new([.. rows.Select(r => codes[classes[r]])], used, [.. used.Select(code => Parts(codes, code))]);
        };
    }

    /// <summary>Classes that share a code divide its probability in proportion to their training rows.</summary>
    double[] Parts(int[] codes, int code)
    {
        var (sharers, frequency) = (
            codes.Count(c => c == code),
            Enumerable.Range(0, count).Sum(k => codes[k] == code ? frequencies[k] : 0)
        );
        return
        [
            .. codes.Select(
                (c, k) =>
                    c != code ? 0
                    : frequency > 0 ? frequencies[k] / frequency
                    : 1.0 / sharers
            ),
        ];
    }

    int[] Shared(Random random)
    {
        var order = Permutation(random, count);
        if (count <= ContextCodes.Count)
            return order;
        var codes = new int[count];
        for (var i = 0; i < count; i++)
            codes[order[i]] = i % ContextCodes.Count;
        return codes;
    }

    static int[] Within(Random random, int[] present, int[] shared)
    {
        if (present.Length > ContextCodes.Count)
            return shared;
        var codes = shared.Select(_ => None).ToArray();
        foreach (var (c, code) in present.Zip(Permutation(random, ContextCodes.Count)))
            codes[c] = code;
        return codes;
    }

    static int[] Permutation(Random random, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
