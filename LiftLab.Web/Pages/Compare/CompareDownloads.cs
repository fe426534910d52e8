using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Pages.Report;
using LiftLab.Web.Parts;
using Microsoft.AspNetCore.Http.HttpResults;
using MiniExcelLibs;

namespace LiftLab.Web.Pages.Compare;

/// <summary>A comparison of runs to take away: a document in one file, a workbook, a CSV of all scores.</summary>
static class CompareDownloads
{
    sealed record Read(RunComparison Compared, Study Study, StudyVerdict Verdict, Verdict? RowByRow);

    public static void MapCompareDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/compare/report.html",
                (
                    string? runs,
                    string? metric,
                    string? of,
                    string? lift,
                    LabRuns door,
                    DocumentWriter writer,
                    TimeProvider time,
                    HttpContext http,
                    CancellationToken cancel
                ) =>
                    With(
                        door,
                        runs,
                        metric,
                        of,
                        lift,
                        async read =>
                            ReportDownloads.Document(
                                http,
                                await writer.WriteAsync<CompareDocument>(
                                    new Dictionary<string, object?>
                                    {
                                        [nameof(CompareDocument.Compared)] = read.Compared,
                                        [nameof(CompareDocument.Study)] = read.Study,
                                        [nameof(CompareDocument.Verdict)] = read.Verdict,
                                        [nameof(CompareDocument.RowByRow)] = read.RowByRow,
                                        [nameof(CompareDocument.Now)] = time.GetUtcNow(),
                                    }
                                ),
                                "comparison.html",
                                show: false
                            ),
                        cancel
                    )
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/compare/scores.csv",
                (string? runs, string? metric, string? of, string? lift, LabRuns door, CancellationToken cancel) =>
                    With(
                        door,
                        runs,
                        metric,
                        of,
                        lift,
                        read => Task.FromResult(ReportDownloads.Csv(Scores(read.Compared), "comparison.csv")),
                        cancel
                    )
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/compare/scores.xlsx",
                (string? runs, string? metric, string? of, string? lift, LabRuns door, CancellationToken cancel) =>
                    With(
                        door,
                        runs,
                        metric,
                        of,
                        lift,
                        async read =>
                        {
                            var workbook = new MemoryStream();
                            await workbook.SaveAsAsync(
                                Sheets(read).ToDictionary(s => s.Name, s => (object)ResultsWorkbook.Cells(s)),
                                cancellationToken: cancel
                            );
                            return TypedResults.File(workbook.ToArray(), ReportDownloads.Xlsx, "comparison.xlsx");
                        },
                        cancel
                    )
            )
            .ExcludeFromDescription();
    }

    static async Task<Results<FileContentHttpResult, NotFound>> With(
        LabRuns door,
        string? runs,
        string? metric,
        string? of,
        string? lift,
        Func<Read, Task<FileContentHttpResult>> make,
        CancellationToken cancel
    )
    {
        var ids = (runs ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (await RunComparison.ReadAsync(door, ids, ComparePage.Apart(lift), cancel) is not { Runs.Count: > 0 } compared)
            return TypedResults.NotFound();
        var study = compared.Study(compared.Metrics.FirstOrDefault(m => m.Name == metric) ?? compared.Headline);
        var subject = ComparePage.SubjectOf(study, of);
        return await make(
            new(compared, study, StudyVerdict.Of(study, subject), await compared.RowByRowAsync(door, study.Learners[subject], cancel))
        );
    }

    static IEnumerable<Table> Sheets(Read read)
    {
        var (compared, study, verdict, rows) = read;
        yield return ResultsWorkbook.Sheet(
            "means",
            ["learner", .. study.Data.SelectMany(d => new[] { d.Name, d.Name + " s.d.", d.Name + " splits" }), "mean rank"],
            Enumerable
                .Range(0, study.Learners.Count)
                .Select(l =>
                    (object?[])
                        [
                            study.Learners[l],
                            .. Enumerable
                                .Range(0, study.Data.Count)
                                .SelectMany(d => new object?[] { study.Mean(d, l), study.Deviation(d, l), study.Scores[d][l].Count }),
                            verdict.Ranked.ToList().IndexOf(l) is >= 0 and var at ? verdict.Friedman!.MeanRanks[at] : null,
                        ]
                )
        );
        yield return Scores(compared);
        if (verdict.OverData.Count > 0)
            yield return ResultsWorkbook.Sheet(
                "over data sets",
                ["first", "second", "data_sets", "difference", "better", "worse", "w", "p", "p_holm", "finding"],
                verdict.OverData.Select(c =>
                    (object?[])
                        [
                            c.First,
                            c.Second,
                            c.Data,
                            c.Difference,
                            c.Better,
                            c.Worse,
                            c.Statistic,
                            c.PValue,
                            c.AdjustedPValue,
                            FindingMark.Say(c.Finding),
                        ]
                )
            );
        if (verdict.OverSplits.Count > 0)
            yield return ResultsWorkbook.Sheet(
                "over splits",
                ["data_set", "first", "second", "splits", "difference", "t", "p", "p_holm", "finding"],
                verdict.OverSplits.Select(c =>
                    (object?[])
                        [
                            c.Data,
                            c.First,
                            c.Second,
                            c.Splits,
                            c.Difference,
                            c.Statistic,
                            c.PValue,
                            c.AdjustedPValue,
                            FindingMark.Say(c.Finding),
                        ]
                )
            );
        if (verdict.Friedman is { } friedman)
            yield return ResultsWorkbook.Sheet(
                "nemenyi p",
                ["learner", "mean_rank", .. verdict.Ranked.Select(l => study.Learners[l])],
                verdict.Ranked.Select(
                    (l, i) => (object?[])[study.Learners[l], friedman.MeanRanks[i], .. friedman.NemenyiP[i].Cast<object?>()]
                )
            );
        if (rows is not null)
            yield return ResultsWorkbook.Sheet(
                "row by row",
                ["first", "second", "difference", "low_95", "high_95", "test", "p", "p_holm", "finding"],
                rows.Comparisons.Select(c =>
                    (object?[])
                        [c.First, c.Second, c.Difference, c.Low, c.High, c.Test, c.PValue, c.AdjustedPValue, FindingMark.Say(c.Finding)]
                )
            );
    }

    /// <summary>Every score of every run.</summary>
    static Table Scores(RunComparison compared) =>
        ResultsWorkbook.Sheet(
            "scores",
            ["run", "name", "data_set", "split_seed", "seed", "learner", "metric", "value", "low_95", "high_95", "rows", "unreadable"],
            compared.Runs.SelectMany(r =>
                r.Learners.SelectMany(l =>
                    l.Scores.Select(s =>
                        (object?[])
                            [
                                r.Row.Id,
                                r.Row.Name,
                                compared.DataName(r.DataKey),
                                r.Spec.SplitSeed,
                                r.Spec.Seed,
                                l.Learner,
                                s.Metric,
                                s.Value,
                                s.Low,
                                s.High,
                                s.Count,
                                s.Unreadable,
                            ]
                    )
                )
            )
        );
}
