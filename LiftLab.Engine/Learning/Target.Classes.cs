using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

public abstract partial class Target
{
    /// <summary>One of several classes.</summary>
    /// <param name="labels">In class order, all different.</param>
    public sealed class Classes(IReadOnlyList<string> labels) : Target
    {
        /// <summary>Weight of the loss in an epoch's rank: breaks ties between equal accuracies, too small to outweigh many rows.</summary>
        const double LossTieBreak = 0.1;

        readonly Dictionary<string, int> codes = labels
            .Select((label, i) => (label, i))
            .ToDictionary(p => p.label, p => p.i, ClassLabels.Same);

        public override TaskKind Kind => TaskKind.Classification;
        public override string Plural => "classes";
        public override IReadOnlyList<string> Labels => labels;
        public override string SurfaceName => "decision boundary";
        public override bool IsDrawnOverOne => false;
        public override double BeyondRows => 0.05;
        public override Metric Headline => Metrics.Accuracy;
        public override Metric HeadlineOverTables => Metrics.Accuracy;

        public override void Keep(KeptWriter into) => into.Put("labels", labels);

        public override double? Read(string cell) => codes.TryGetValue(cell, out var code) ? code : null;

        public override string Write(double value) => labels[(int)value];

        public override int[] Strata(IEnumerable<double> values) => [.. values.Select(v => (int)v)];

        public override IReadOnlyList<Measured> Measures(IReadOnlyList<double> truth, IReadOnlyList<Prediction> predictions) =>
            new ClassificationMeasures(labels.Count, Strata(truth), predictions).All();

        public override bool? IsRight(Prediction answer, double truth) => answer is Prediction.Answered a && a.Value == truth;

        public override string Certainty => "probability";

        public override double? CertaintyOf(Prediction answer) =>
            answer is Prediction.Answered { Probabilities: { } all, Value: var value } ? all[(int)value] : null;

        public override double? Confidence(Prediction answer) => answer is Prediction.Answered ? CertaintyOf(answer) ?? 1 : null;

        public override int RowsForPart => 0;

        public override double BestPart(IReadOnlyList<Prediction> first, IReadOnlyList<Prediction> second, IReadOnlyList<double> truth) =>
            0.5;

        public override (double? Headline, double Rank) Validate(
            IReadOnlyList<Prediction> answers,
            IReadOnlyList<double> truth,
            double loss
        )
        {
            var accuracy = (double)answers.Where((answer, i) => IsRight(answer, truth[i]) == true).Count() / answers.Count;
            return (accuracy, accuracy - LossTieBreak * loss);
        }

        /// <summary>Mean of the probabilities. An answer without probabilities (generated text) counts as probability 1.</summary>
        protected override Prediction Mixture(IReadOnlyList<(Prediction.Answered Answer, double Part)> answers)
        {
            static double Share(Prediction.Answered answer, int k) => answer.Probabilities?[k] ?? (k == (int)answer.Value ? 1 : 0);
            double[] mean = [.. labels.Select((_, k) => answers.Sum(a => a.Part * Share(a.Answer, k)))];
            return new Prediction.Answered(Array.IndexOf(mean, mean.Max()), mean);
        }
    }
}
