namespace LiftLab.Engine.Baselines.Algebra;

/// <summary>
/// The line search of Moré and Thuente (ACM TOMS 20, 1994): finds a step with sufficient decrease and sufficiently small slope by
/// safeguarded cubic and quadratic interpolation. The constants are those of L-BFGS-B 3.0, so that iterates agree with scipy's.
/// </summary>
ref struct LineSearch
{
    const double Decrease = 1e-3,
        Curvature = 0.9,
        Tolerance = 0.1;

    readonly double startValue,
        startSlope,
        maximum;
    double bestStep,
        bestValue,
        bestSlope,
        otherStep,
        otherValue,
        otherSlope,
        low,
        high,
        width,
        previousWidth;
    bool bracketed,
        secondStage;

    public LineSearch(double value, double slope, double firstStep, double maximum)
    {
        (startValue, startSlope, this.maximum) = (value, slope, maximum);
        (bestValue, bestSlope, otherValue, otherSlope) = (value, slope, value, slope);
        (width, previousWidth) = (maximum, 2 * maximum);
        (Step, low, high) = (firstStep, 0, 5 * firstStep);
    }

    public double Step { get; private set; }

    /// <summary>
    /// Receives the value and slope at <see cref="Step"/>. True: the search is over and the step is final. False: evaluate the new step.
    /// </summary>
    public bool Done(double value, double slope)
    {
        var wanted = Decrease * startSlope;
        var bound = startValue + Step * wanted;
        if (!secondStage && value <= bound && slope >= 0)
            secondStage = true;
        if (
            bracketed && (Step <= low || Step >= high || high - low <= Tolerance * high)
            || Step >= maximum && value <= bound && slope <= wanted
            || Step <= 0
            || value <= bound && Math.Abs(slope) <= Curvature * -startSlope
        )
            return true;

        if (!secondStage && value <= bestValue && value > bound)
        {
            // First stage: interpolate the function minus its sufficient-decrease line.
            double bv = bestValue - bestStep * wanted,
                ov = otherValue - otherStep * wanted,
                bs = bestSlope - wanted,
                os = otherSlope - wanted;
            Narrow(ref bv, ref bs, ref ov, ref os, value - Step * wanted, slope - wanted);
            (bestValue, otherValue, bestSlope, otherSlope) = (bv + bestStep * wanted, ov + otherStep * wanted, bs + wanted, os + wanted);
        }
        else
            Narrow(ref bestValue, ref bestSlope, ref otherValue, ref otherSlope, value, slope);

        if (bracketed)
        {
            if (Math.Abs(otherStep - bestStep) >= 0.66 * previousWidth)
                Step = bestStep + 0.5 * (otherStep - bestStep);
            (previousWidth, width) = (width, Math.Abs(otherStep - bestStep));
            (low, high) = (Math.Min(bestStep, otherStep), Math.Max(bestStep, otherStep));
        }
        else
            (low, high) = (Step + 1.1 * (Step - bestStep), Step + 4 * (Step - bestStep));
        Step = Math.Clamp(Step, 0, maximum);
        if (bracketed && (Step <= low || Step >= high || high - low <= Tolerance * high))
            Step = bestStep;
        return false;
    }

    /// <summary>Replaces an end of the interval by the current step and computes the next one.</summary>
    void Narrow(ref double bv, ref double bs, ref double ov, ref double os, double value, double slope)
    {
        double x = bestStep,
            y = otherStep,
            t = Step,
            next;
        var opposite = slope * Math.Sign(bs) < 0;
        var theta = 3 * (bv - value) / (t - x) + bs + slope;
        var scale = Math.Max(Math.Abs(theta), Math.Max(Math.Abs(bs), Math.Abs(slope)));
        double Root(double radicand, bool negative) => (negative ? -scale : scale) * Math.Sqrt(Math.Max(0, radicand));
        var radicand = theta / scale * (theta / scale) - bs / scale * (slope / scale);
        if (value > bv)
        {
            var gamma = Root(radicand, t < x);
            var cubic = x + (gamma - bs + theta) / (gamma - bs + gamma + slope) * (t - x);
            var quadratic = x + bs / ((bv - value) / (t - x) + bs) / 2 * (t - x);
            next = Math.Abs(cubic - x) < Math.Abs(quadratic - x) ? cubic : cubic + (quadratic - cubic) / 2;
            bracketed = true;
        }
        else if (opposite)
        {
            var gamma = Root(radicand, t > x);
            var cubic = t + (gamma - slope + theta) / (gamma - slope + gamma + bs) * (x - t);
            var quadratic = t + slope / (slope - bs) * (x - t);
            next = Math.Abs(cubic - t) > Math.Abs(quadratic - t) ? cubic : quadratic;
            bracketed = true;
        }
        else if (Math.Abs(slope) < Math.Abs(bs))
        {
            var gamma = Root(radicand, t > x);
            var r = (gamma - slope + theta) / (gamma + (bs - slope) + gamma);
            var cubic =
                r < 0 && gamma != 0 ? t + r * (x - t)
                : t > x ? high
                : low;
            var quadratic = t + slope / (slope - bs) * (x - t);
            if (bracketed)
            {
                next = Math.Abs(cubic - t) < Math.Abs(quadratic - t) ? cubic : quadratic;
                next = t > x ? Math.Min(t + 0.66 * (y - t), next) : Math.Max(t + 0.66 * (y - t), next);
            }
            else
                next = Math.Clamp(Math.Abs(cubic - t) > Math.Abs(quadratic - t) ? cubic : quadratic, low, Math.Max(low, high));
        }
        else if (bracketed)
        {
            var towards = 3 * (value - ov) / (y - t) + os + slope;
            scale = Math.Max(Math.Abs(towards), Math.Max(Math.Abs(os), Math.Abs(slope)));
            var gamma = Root(towards / scale * (towards / scale) - os / scale * (slope / scale), t > y);
            next = t + (gamma - slope + towards) / (gamma - slope + gamma + os) * (y - t);
        }
        else
            next = t > x ? high : low;

        if (value > bv)
            (otherStep, ov, os) = (t, value, slope);
        else
        {
            if (opposite)
                (otherStep, ov, os) = (x, bv, bs);
            (bestStep, bv, bs) = (t, value, slope);
        }
        Step = next;
    }
}
