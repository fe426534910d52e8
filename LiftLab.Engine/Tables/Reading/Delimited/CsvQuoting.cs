namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>How cells that contain the delimiter are quoted.</summary>
enum CsvQuoting
{
    /// <summary>In double quotes; a quote inside is doubled.</summary>
    Standard,

    /// <summary>In double quotes; a quote inside follows a backslash.</summary>
    Backslash,

    /// <summary>In single quotes; a quote inside is doubled.</summary>
    Single,

    /// <summary>In typographic double quotes.</summary>
    Typographic,
}
