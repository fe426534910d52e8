using System.Globalization;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

public abstract partial class Target
{
    /// <summary>A number.</summary>
    /// <param name="unit">The unit in the schema; null for none.</param>
    public sealed class Number(string? unit) : Target
    {
        /// <summary>With fewer rows on which both models answered, both get the weight 0.5.</summary>
        const int FewestRowsForPart = 20;

        /// <summary>Ranks an epoch without a readable answer below every other one.</summary>
        const double NothingReadable = double.MinValue / 2;

        public string? Unit => unit;
        public override TaskKind Kind => TaskKind.Regression;
        public override string Plural => "numbers";
        public override IReadOnlyList<string> Labels => [];
        public override string SurfaceName => "response surface";
        public override bool IsDrawnOverOne => true;

        /// <summary>Wide enough to see how a learner extrapolates.</summary>
        public override double BeyondRows => 1.0 / 3;
        public override Metric Headline => Metrics.Rmse;
        public override Metric HeadlineOverTables => Metrics.Rae;

        public override void Keep(KeptWriter into)
        {
            if (unit is not null)
                into.Put("unit", unit);
        }

        public override double? Read(string cell) => Column.ParseNumber(cell) is var value && double.IsFinite(value) ? value : null;

        public override string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);

        public override IReadOnlyList<double> Values(Column column) => column.Numbers;

        public override int[] Strata(IEnumerable<double> values) => new int[values.Count()];

        public override IReadOnlyList<Measured> Measures(IReadOnlyList<double> truth, IReadOnlyList<Prediction> predictions) =>
            new RegressionMeasures([.. truth], predictions).All();

        public override bool? IsRight(Prediction answer, double truth) => null;

        public override string Certainty => "deviation";

        public override double? CertaintyOf(Prediction answer) => (answer as Prediction.Answered)?.Deviation;

        public override double? Confidence(Prediction answer) => null;

        public override int RowsForPart => 200;

        public override double BestPart(IReadOnlyList<Prediction> first, IReadOnlyList<Prediction> second, IReadOnlyList<double> truth)
        {
            var pairs = truth
                .Select((t, i) => (A: first[i] as Prediction.Answered, B: second[i] as Prediction.Answered, Truth: t))
                .Where(p => p.A is not null && p.B is not null)
                .ToArray();
            var square = pairs.Sum(p => (p.A!.Value - p.B!.Value) * (p.A.Value - p.B.Value));
            return pairs.Length < FewestRowsForPart || !(square > 0)
                ? 0.5
                : Math.Clamp(pairs.Sum(p => (p.Truth - p.B!.Value) * (p.A!.Value - p.B.Value)) / square, 0, 1);
        }

        public override (double? Headline, double Rank) Validate(
            IReadOnlyList<Prediction> answers,
            IReadOnlyList<double> truth,
            double loss
        )
        {
            double[] errors = [.. answers.Select((a, i) => (a as Prediction.Answered)?.Value - truth[i]).OfType<double>()];
            if (errors.Length == 0)
                return (null, NothingReadable - loss);
            var rmse = Math.Sqrt(errors.Average(e => e * e));
            return (rmse, -rmse);
        }

        /// <summary>Mean and standard deviation of the mixture; no deviation where one of the answers has none.</summary>
        protected override Prediction Mixture(IReadOnlyList<(Prediction.Answered Answer, double Part)> answers)
        {
            var mean = answers.Sum(a => a.Part * a.Answer.Value);
            double Square(Prediction.Answered of, double deviation) => deviation * deviation + (of.Value - mean) * (of.Value - mean);
            var known = answers.All(a => a.Answer.Deviation is not null);
            return Prediction.Number(
                mean,
                known ? Math.Sqrt(answers.Sum(a => a.Part * Square(a.Answer, a.Answer.Deviation!.Value))) : null
            );
        }
    }
}
