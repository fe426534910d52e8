using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Pages.Report;
using LiftLab.Web.Parts.States;
using Microsoft.AspNetCore.Http.HttpResults;
using MiniExcelLibs;

namespace LiftLab.Web.Pages.Compare;

/// <summary>A comparison of runs to download: a document in one file, a workbook, a CSV of all scores.</summary>
static class CompareDownloads
{
    public static void MapCompareDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/compare/report.html",
                (
                    [AsParameters] CompareQuery query,
                    LabRuns runs,
                    DocumentWriter writer,
                    TimeProvider time,
                    HttpContext http,
                    CancellationToken cancel
                ) =>
                    With(
                        runs,
                        query,
                        async read =>
                            ReportDownloads.Document(
                                http,
                                await writer.WriteAsync<CompareDocument>(
                                    new Dictionary<string, object?>
                                    {
                                        [nameof(CompareDocument.Read)] = read,
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
                ([AsParameters] CompareQuery query, LabRuns runs, CancellationToken cancel) =>
                    With(runs, query, read => Task.FromResult(ReportDownloads.Csv(Scores(read.Compared), "comparison.csv")), cancel)
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/compare/scores.xlsx",
                ([AsParameters] CompareQuery query, LabRuns runs, CancellationToken cancel) =>
                    With(
                        runs,
                        query,
                        async read =>
                        {
                            var workbook = new MemoryStream();
                            await workbook.SaveAsAsync(
                                Sheets(read).ToDictionary(s => s.Name, s => (object)TableWriter.SheetRows(s)),
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
        LabRuns runs,
        CompareQuery query,
        Func<CompareReading, Task<FileContentHttpResult>> make,
        CancellationToken cancel
    )
    {
        var compared = await CompareReading.RunsAsync(runs, query, cancel);
        return await CompareReading.OfAsync(runs, compared, query, cancel) is { } read ? await make(read) : TypedResults.NotFound();
    }

    static IEnumerable<Table> Sheets(CompareReading read)
    {
        var (compared, study, _, verdict, rows) = read;
        var costs = compared.Costs(study);
        yield return ResultsWorkbook.Sheet(
            "means",
            [
                "learner",
                .. study.Data.SelectMany(d => new[] { d.Name, d.Name + " s.d.", d.Name + " splits" }),
                "mean rank",
                "us dollars a run",
            ],
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
                            costs.Count > 0 ? (double?)costs[l]?.PerRun : null,
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
            [
                "run",
                "name",
                "data_set",
                "split_seed",
                "seed",
                "learner",
                "metric",
                "value",
                "low_95",
                "high_95",
                "rows",
                "unreadable",
                "us_dollars",
            ],
            compared.Runs.SelectMany(r =>
                r.Learners.SelectMany(l =>
                    l.Scores.Select(s =>
                        (object?[])
                            [
                                r.Id,
                                r.Name,
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
                                (double?)LearnerBill.Of(l.Settings)?.Dollars,
                            ]
                    )
                )
            )
        );
}
