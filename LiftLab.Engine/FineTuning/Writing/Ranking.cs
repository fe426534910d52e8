using LiftLab.Engine.Learning.Texts;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Writing;

/// <summary>The most probable tokens of each row of log-probabilities.</summary>
static class Ranking
{
    /// <param name="logs">(n, V)</param>
    /// <returns>Shape (n)(top), the most probable first.</returns>
    public static IReadOnlyList<RankedToken>[] Of(Tensor logs, int top, TokenTexts texts)
    {
        var count = Math.Min(top, (int)logs.shape[1]);
        var (values, places) = logs.topk(count, 1);
        var (log, id) = (values.cpu().contiguous().data<float>().ToArray(), places.cpu().contiguous().data<long>().ToArray());
        return
        [
            .. Enumerable
                .Range(0, (int)logs.shape[0])
                .Select(r =>
                    (IReadOnlyList<RankedToken>)
                        [.. Enumerable.Range(r * count, count).Select(i => new RankedToken(texts.Of((int)id[i]), log[i]))]
                ),
        ];
    }
}
