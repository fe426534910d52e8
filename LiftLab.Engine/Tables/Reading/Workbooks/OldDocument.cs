using System.Text;

namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>Names old Office documents that are no workbooks by the streams that they contain.</summary>
static class OldDocument
{
    static readonly (string Stream, string What)[] Known =
    [
        ("WordDocument", "an old Word document"),
        ("PowerPoint Document", "an old PowerPoint presentation"),
        ("__properties_version1.0", "an Outlook message"),
        ("VisioDocument", "a Visio drawing"),
    ];

    /// <returns>The document with its article; null if it is not known.</returns>
    public static string? Of(byte[] bytes) =>
        Known.FirstOrDefault(k => bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(k.Stream)) >= 0).What;
}
