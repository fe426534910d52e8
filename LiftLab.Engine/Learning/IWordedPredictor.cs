using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>A predictor that writes prompts and can be asked in another wording than that of its training.</summary>
public interface IWordedPredictor : IPredictor
{
    /// <inheritdoc cref="IPredictor.PredictAsync"/>
    /// <param name="wording">As in <see cref="LearningTask.Wording"/>, counted from the template that was trained.</param>
    Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, int wording, CancellationToken cancel = default);
}
