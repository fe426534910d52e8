using System.Globalization;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Parts;

/// <summary>Numbers, times and states as text for pages. The decimal mark is a point in every culture.</summary>
public static class Display
{
    static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public static string State(RunState state) =>
        state switch
        {
            RunState.Queued => "waiting",
            RunState.Running => "running",
            RunState.Interrupted => "interrupted",
            RunState.Succeeded => "done",
            RunState.Failed => "failed",
            RunState.Paused => "paused",
            _ => "cancelled",
        };

    /// <summary>1234567 as "1 234 567" with thin spaces.</summary>
    public static string Count(long n) => n.ToString("N0", Plain).Replace(',', '\u202f');

    /// <summary>About three digits; in exponent form only below 0.001 and from a million on. "–" for NaN.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value))
            return "–";
        if (value == Math.Truncate(value) && Math.Abs(value) < 1e6)
            return value.ToString("0", Plain);
        var size = Math.Abs(value);
        return size switch
        {
            >= 1e6 or < 1e-3 => value.ToString("0.##E0", Plain),
            >= 1000 => value.ToString("0", Plain),
            >= 100 => value.ToString("0.0", Plain),
            >= 10 => value.ToString("0.00", Plain),
            _ => value.ToString("0.000", Plain),
        };
    }

    /// <summary>"0.8 s", "42 s", "3 min 05 s", "2 h 10 min".</summary>
    public static string Seconds(double seconds) =>
        seconds switch
        {
            _ when double.IsNaN(seconds) || double.IsInfinity(seconds) || seconds < 0 => "–",
            < 9.95 => string.Create(Plain, $"{seconds:0.0} s"),
            < 90 => string.Create(Plain, $"{seconds:0} s"),
            < 5400 => string.Create(Plain, $"{(int)seconds / 60} min {(int)seconds % 60:00} s"),
            _ => string.Create(Plain, $"{(int)seconds / 3600} h {(int)seconds / 60 % 60:00} min"),
        };

    /// <summary>"12.34 US dollars"; with more digits below a cent.</summary>
    public static string Dollars(decimal amount) => Amount(amount) + " US dollars";

    /// <summary>The same without the unit, for columns whose heading has it.</summary>
    public static string Amount(decimal amount) =>
        amount.ToString(amount is > 0 and < 0.01m ? "0.00##" : "0.00", Plain) is var text && text == "0.00" && amount > 0
            ? "less than 0.0001"
            : text;

    public static string Bytes(long bytes) => LiftLab.Engine.ByteWords.Of(bytes);

    /// <summary>"96.7 %" for shares, three decimals for what has no unit, else <see cref="Number"/>.</summary>
    public static string Value(double value, Metric metric) =>
        metric.Unit == "%" && double.IsFinite(value) ? string.Create(Plain, $"{100 * value:0.0} %") : InUnit(value, metric);

    static string InUnit(double value, Metric metric) =>
        metric.Unit.Length == 0 && Math.Abs(value) < 1000 ? LiftLab.Engine.NumberWords.Unitless(value) : Number(value);

    /// <summary>"88.3–99.4", without the unit; empty where the score has no interval.</summary>
    public static string Interval(Score score, Metric metric)
    {
        if (score is not { Low: { } low, High: { } high })
            return "";
        return metric.Unit == "%"
            ? string.Create(Plain, $"{100 * low:0.0}–{100 * high:0.0}")
            : $"{InUnit(low, metric)}–{InUnit(high, metric)}";
    }

    /// <summary>"&lt; 0.001", "0.032", "0.44".</summary>
    public static string PValue(double p) =>
        double.IsNaN(p) ? "–"
        : p < 0.001 ? "< 0.001"
        : p.ToString(p < 0.0995 ? "0.000" : "0.00", Plain);

    /// <summary>"p &lt; 0.001", "p = 0.032".</summary>
    public static string P(double p) => p < 0.001 ? "p < 0.001" : "p = " + PValue(p);

    public static string Kind(ColumnKind kind) =>
        kind switch
        {
            ColumnKind.Number => "number",
            ColumnKind.Integer => "whole number",
            ColumnKind.Category => "category",
            ColumnKind.Text => "text",
            ColumnKind.Date => "date",
            ColumnKind.Time => "time of day",
            ColumnKind.Duration => "duration",
            _ => "identifier",
        };

    public static string Task(TaskKind task) => task.ToString().ToLowerInvariant();

    /// <param name="utc">As the database stores it.</param>
    /// <inheritdoc cref="Ago(DateTimeOffset, DateTimeOffset)"/>
    public static string Ago(DateTime utc, DateTimeOffset now) => Ago(new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)), now);

    /// <summary>"just now", "5 min ago", "3 h ago", then the date.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now) =>
        (now - at).TotalSeconds switch
        {
            < 60 => "just now",
            < 3600 and var s => string.Create(Plain, $"{s / 60:0} min ago"),
            < 86400 and var s => string.Create(Plain, $"{s / 3600:0} h ago"),
            _ => at.UtcDateTime.ToString("d MMM yyyy", Plain),
        };
}
