using MiniExcelLibs;

namespace LiftLab.Tests.EndToEnd.Data;

/// <summary>A workbook as a person would bring one.</summary>
static class Workbook
{
    /// <summary>"first": 30 rows of three columns; "second": 40 rows of two.</summary>
    public static byte[] TwoSheets()
    {
        using var stream = new MemoryStream();
        stream.SaveAs(
            new Dictionary<string, object>
            {
                ["first"] = Enumerable
                    .Range(0, 30)
                    .Select(i => new
                    {
                        height = 1.5 + i / 100.0,
                        weight = 50 + i,
                        group = i % 2 == 0 ? "a" : "b",
                    })
                    .ToArray(),
                ["second"] = Enumerable.Range(0, 40).Select(i => new { x = i * .5, kind = i % 4 < 2 ? "p" : "q" }).ToArray(),
            }
        );
        return stream.ToArray();
    }
}
