namespace LiftLab.Engine.Tables.Cells;

/// <summary>A value with its unit as people write it.</summary>
public static class MeasuredText
{
    /// <summary>"5.1 cm", "$5", "12%"; the value alone without a unit.</summary>
    public static string With(string value, string? unit) =>
        unit?.Trim() switch
        {
            null or "" => value,
            "%" or "°" => value + unit.Trim(),
            "$" or "€" or "£" or "¥" => unit.Trim() + value,
            var other => $"{value} {other}",
        };
}
