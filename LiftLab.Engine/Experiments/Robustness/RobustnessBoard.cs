using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Experiments.Robustness;

/// <summary>All curves of a study about perturbations, with the metrics of each.</summary>
public sealed class RobustnessBoard
{
    /// <summary>The lower end of the clean skill must be above this, or there is nothing to lose.</summary>
    const double LeastSkill = 0.1;

    /// <summary>Share of the clean skill at which a learner has broken down.</summary>
    const double Half = 0.5;

    /// <summary>A reference with smaller errors per level gives no ratio.</summary>
    const double LeastError = 0.02;

    const string Reference = "rf";

    RobustnessBoard(IReadOnlyList<RobustnessCurve> curves, int testRows) => (Curves, TestRows) = (curves, testRows);

    /// <summary>By table, kind and learner, in the order of the specification; learners without an answer have no points.</summary>
    public IReadOnlyList<RobustnessCurve> Curves { get; }

    public int TestRows { get; }

    public RobustnessCurve? Find(string table, string panel, string series) =>
        Curves.FirstOrDefault(c => c.Table == table && c.Panel == panel && c.Series == series);

    /// <summary>Mean corruption error over the kinds; null where none has one.</summary>
    public double? MeanCorruptionError(string table, string series) =>
        Curves.Where(c => c.Table == table && c.Series == series).Average(c => c.CorruptionError);

    /// <summary>The smallest median radius of all attacks on a learner; null without attacks.</summary>
    public Estimate? SmallestRadius(string table, string series) =>
        Curves.Where(c => c.Table == table && c.Series == series).Select(c => c.Radius).OfType<Estimate>().MinBy(r => r.Value);

    public static RobustnessBoard Of(StudySpec study, IReadOnlyList<Cell> cells, StudyAnswers answers)
    {
        var curves = new List<RobustnessCurve>();
        var rows = 0;
        foreach (var table in study.Tables)
        foreach (var kind in study.Kinds)
        {
            var perturbation = PerturbationList.Find(kind.Kind);
            var axis = perturbation.Axis;
            var mine = cells.Where(c => c.Table == table.Name && c.Panel == kind.Name).ToLookup(c => (c.Series, c.X, c.Seed));
            CellScores? At(string series, double level, int seed) =>
                mine[(series, level, seed)].FirstOrDefault() is { } cell ? answers[cell.Place] : null;
            double[] levels = [.. mine.SelectMany(g => g).Select(c => c.X).Distinct().OrderBy(axis.Strength)];
            string[] series = [.. study.Learners.Select(l => l.Name)];
            var panel = new Panel(kind.Name, table.Name, axis, levels, series, [.. study.Seeds], At);
            rows = Math.Max(rows, panel.Rows);
            var trainRows = (int)Math.Round(table.Rows * (1 - SplitMaker.HeldOut) * (1 - SplitMaker.HeldOut));
            var own = panel.Curves().Select((c, m) => c with { LossOverSplits = panel.OverSplits(m, trainRows) });
            curves.AddRange(perturbation.IsAttack ? own.Select(panel.Attacked) : own);
        }
        return new(curves, rows);
    }

    /// <summary>One kind on one table: levels × learners × seeds.</summary>
    sealed class Panel
    {
        readonly string name,
            table;
        readonly LevelAxis axis;
        readonly double[] levels;
        readonly string[] series;
        readonly CellScores?[,][] scores;
        readonly double[][] draws;

        public Panel(
            string name,
            string table,
            LevelAxis axis,
            double[] levels,
            string[] series,
            int[] seeds,
            Func<string, double, int, CellScores?> at
        )
        {
            (this.name, this.table, this.axis, this.levels, this.series) = (name, table, axis, levels, series);
            scores = new CellScores?[series.Length, levels.Length][];
            for (var m = 0; m < series.Length; m++)
            for (var l = 0; l < levels.Length; l++)
                scores[m, l] = [.. seeds.Select(s => at(series[m], levels[l], s))];
            draws = TwoLevelBootstrap.Draw(
                [.. Enumerable.Range(0, series.Length).SelectMany(m => Enumerable.Range(0, levels.Length).Select(l => scores[m, l]))],
                seed: 0
            );
        }

        public int Rows => scores.Cast<CellScores?[]>().SelectMany(s => s).OfType<CellScores>().Select(s => s.Rows).DefaultIfEmpty(0).Max();

        double[] Draws(int m, int l) => draws[m * levels.Length + l];

        double Mean(int m, int l) => scores[m, l].OfType<CellScores>().Select(s => s.Value).DefaultIfEmpty(double.NaN).Average();

        bool Answered(int m, int l) => scores[m, l].Any(s => s is not null);

        public IEnumerable<RobustnessCurve> Curves() => Enumerable.Range(0, series.Length).Select(CurveOf);

        RobustnessCurve CurveOf(int m)
        {
            int[] known = [.. Enumerable.Range(0, levels.Length).Where(l => Answered(m, l))];
            var floor = scores
                .Cast<CellScores?[]>()
                .SelectMany(s => s)
                .OfType<CellScores>()
                .Select(s => s.Floor)
                .DefaultIfEmpty(0)
                .Average();
            var hasClean = known.Length > 0 && known[0] == 0;
            var skillDraws = hasClean ? Draws(m, 0).Select(v => (v - floor) / (1 - floor)) : [];
            var hasSkill = hasClean && floor < 1 && TwoLevelBootstrap.Interval(skillDraws).Low > LeastSkill;
            var curve = new RobustnessCurve(name, table, series[m], [.. known.Select(l => PointOf(m, l, floor, hasSkill))], floor)
            {
                HasSkill = hasSkill,
            };
            if (!hasClean || known.Length < 2)
                return curve;
            var last = known[^1];
            var loss = Differences(Draws(m, 0), Draws(m, last));
            var area = Area(known, l => Mean(m, l));
            curve = curve with
            {
                Area = area,
                AreaChange = area - Mean(m, 0),
                BreakDown = hasSkill ? BreakDownOf(m, known, floor) : null,
                Loss = Estimated(Mean(m, 0) - Mean(m, last), loss, scores[m, last].OfType<CellScores>().First()),
                LossPValue = TwoLevelBootstrap.PValue(loss),
                ErrorPoints = known.Skip(1).Sum(l => Mean(m, 0) - Mean(m, l)),
            };
            curve = BesideReference(curve, m, known);
            return m == 0 ? curve : BesideSubject(curve, m, known);
        }

        /// <summary>Clean value minus the value at the strongest level, seed by seed.</summary>
        public CorrectedTTest? OverSplits(int m, int trainRows)
        {
            var last = Enumerable.Range(0, levels.Length).LastOrDefault(l => Answered(m, l));
            double[] losses =
            [
                .. scores[m, 0]
                    .Zip(scores[m, last])
                    .Where(p => p.First is not null && p.Second is not null)
                    .Select(p => p.First!.Value - p.Second!.Value)
                    .Where(double.IsFinite),
            ];
            return last == 0 || losses.Length < 2 ? null : CorrectedTTest.Of(losses, trainRows, Rows);
        }

        /// <summary>The curve with the share of rows that survive each level, and the median radius.</summary>
        public RobustnessCurve Attacked(RobustnessCurve curve, int m)
        {
            int[] known = [.. Enumerable.Range(0, levels.Length).Where(l => Answered(m, l))];
            if (known.Length < 2 || known[0] != 0 || scores[m, 0].OfType<CellScores>().Any(s => !s.IsClasses))
                return curve;
            CellScores?[][] survivors = [.. known.Select(last => Survivors(m, [.. known.TakeWhile(l => l <= last)]))];
            if (survivors.Any(s => s.All(c => c is null)))
                return curve;
            double[] shares = [.. survivors.Select(s => s.OfType<CellScores>().Average(c => c.Value))];
            var drawn = TwoLevelBootstrap.Draw(survivors, seed: 0);
            var radii = Enumerable.Range(0, drawn[0].Length).Select(d => Broken([.. drawn.Select(level => level[d])], known));
            var (low, high) = TwoLevelBootstrap.Interval(radii);
            return curve with
            {
                Radius = new(Broken(shares, known), low, high),
                Points = [.. curve.Points.Select((p, i) => p with { Survives = shares[i] })],
            };
        }

        /// <summary>Per seed, right for rows whose answer is the clean one at all given levels.</summary>
        CellScores?[] Survivors(int m, int[] upTo) =>
            [
                .. scores[m, 0]
                    .Select(
                        (clean, s) =>
                            clean is null || upTo.Any(l => scores[m, l][s] is null)
                                ? null
                                : CellScores.OfShares([
                                    .. Enumerable.Range(0, clean.Rows).Select(row => upTo.Any(l => scores[m, l][s]!.Differs(row, clean))),
                                ])
                    ),
            ];

        CurvePoint PointOf(int m, int l, double floor, bool hasSkill)
        {
            CellScores[] mine = [.. scores[m, l].OfType<CellScores>()];
            var (low, high) = AtLeast(TwoLevelBootstrap.Interval(Draws(m, l)), mine[0]);
            var pairs = scores[m, l].Zip(scores[m, 0]).Where(p => p.First is not null && p.Second?.Rows == p.First.Rows).ToArray();
            return new(
                levels[l],
                Mean(m, l),
                low,
                high,
                hasSkill ? (Mean(m, l) - floor) / (Mean(m, 0) - floor) : null,
                mine.Length,
                pairs.Length == 0 ? null : pairs.Average(p => p.First!.Flips(p.Second!)),
                mine.All(s => s.ConfidentlyWrong is not null) ? mine.Average(s => s.ConfidentlyWrong!.Value) : null,
                mine.Average(s => s.Unreadable),
                mine[0].WorstClass is null ? null : mine.Average(s => s.WorstClass!.Value),
                mine.Average(s => s.Touched)
            );
        }

        /// <summary>Mean value over the strengths, by trapezoids.</summary>
        double Area(int[] known, Func<int, double> value)
        {
            double sum = 0,
                width = 0;
            for (var i = 1; i < known.Length; i++)
            {
                var step = axis.Strength(levels[known[i]]) - axis.Strength(levels[known[i - 1]]);
                sum += step * (value(known[i]) + value(known[i - 1])) / 2;
                width += step;
            }
            return sum / width;
        }

        Estimate BreakDownOf(int m, int[] known, double floor)
        {
            var perDraw = Enumerable
                .Range(0, Draws(m, 0).Length)
                .Select(d => Broken([.. known.Select(l => (Draws(m, l)[d] - floor) / (Draws(m, 0)[d] - floor))], known));
            var (low, high) = TwoLevelBootstrap.Interval(perDraw);
            return new(Broken([.. known.Select(l => (Mean(m, l) - floor) / (Mean(m, 0) - floor))], known), low, high);
        }

        /// <summary>
        /// The first level, by strength and interpolated, with at most half of the clean skill; infinite where there is none.
        /// </summary>
        double Broken(double[] kept, int[] known)
        {
            for (var i = 1; i < kept.Length; i++)
                if (kept[i] <= Half)
                    return Between(known[i - 1], known[i], (kept[i - 1] - Half) / (kept[i - 1] - kept[i]));
            return double.PositiveInfinity;
        }

        double Between(int from, int to, double part) => levels[from] + Math.Clamp(part, 0, 1) * (levels[to] - levels[from]);

        RobustnessCurve BesideReference(RobustnessCurve curve, int m, int[] known)
        {
            var r = Array.IndexOf(series, Reference);
            int[] common = r < 0 ? [] : [.. known.Skip(1).Where(l => Answered(r, l))];
            if (common.Length == 0 || !Answered(r, 0))
                return curve;
            double Errors(int learner) => common.Sum(l => 1 - Mean(learner, l));
            double Above(int learner) => common.Sum(l => Mean(learner, 0) - Mean(learner, l));
            return curve with
            {
                CorruptionError = Errors(r) < LeastError * common.Length ? null : 100 * Errors(m) / Errors(r),
                RelativeCorruptionError = Above(r) < LeastError * common.Length ? null : 100 * Above(m) / Above(r),
            };
        }

        RobustnessCurve BesideSubject(RobustnessCurve curve, int m, int[] known)
        {
            int[] common = [.. known.Where(l => Answered(0, l))];
            if (common.Length < 2 || common[0] != 0)
                return curve;
            var last = common[^1];
            var differences = Differences(Differences(Draws(0, 0), Draws(0, last)), Differences(Draws(m, 0), Draws(m, last)));
            double? crossing = null;
            for (var i = 1; i < common.Length && crossing is null; i++)
            {
                var (before, after) = (Mean(0, common[i - 1]) - Mean(m, common[i - 1]), Mean(0, common[i]) - Mean(m, common[i]));
                if (before * after < 0)
                    crossing = Between(common[i - 1], common[i], before / (before - after));
            }
            return curve with
            {
                Crossing = crossing,
                LossBeside = Estimated(
                    Mean(0, 0) - Mean(0, last) - (Mean(m, 0) - Mean(m, last)),
                    differences,
                    scores[m, last].OfType<CellScores>().First()
                ),
                LossBesidePValue = TwoLevelBootstrap.PValue(differences),
            };
        }

        static double[] Differences(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

        static Estimate Estimated(double value, double[] draws, CellScores rows)
        {
            var (low, high) = AtLeast(TwoLevelBootstrap.Interval(draws), rows);
            return new(value, low, high);
        }

        /// <summary>
        /// Where all draws are equal because no row differs, the interval of classes has the width that so many rows without a difference
        /// allow: 1 - 0.025^(1/n) to either side, within -1 and 1.
        /// </summary>
        static (double Low, double High) AtLeast((double Low, double High) interval, CellScores rows)
        {
            if (interval.Low != interval.High || !rows.IsClasses || rows.Rows == 0)
                return interval;
            var half = 1 - Math.Pow(0.025, 1.0 / rows.Rows);
            return (Math.Max(-1, interval.Low - half), Math.Min(1, interval.High + half));
        }
    }
}
