using System.Text;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Web.Hosting;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Web.Api;

/// <summary>A table's prompts as JSON Lines, written row by row.</summary>
static class PromptExportApi
{
    public static void MapPromptExportApi(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/datasets")
            .WithTags("Datasets")
            .AddEndpointFilter<ApiFaults>()
            .MapGet("/{id:guid}/prompts", Export)
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary(
                "Prompt and completion of each row that has a target, as JSON Lines: form paper or chat; part all, train, valid or test; "
                    + "by a draft's template, or a saved template or preset by name."
            );

    static async Task<IResult> Export(
        Guid id,
        Datasets datasets,
        Drafts drafts,
        TemplateShelf shelf,
        string? draft,
        string? template,
        string? form,
        string? part,
        CancellationToken cancel
    )
    {
        if (form is not (null or "paper" or "chat"))
            throw new ArgumentException($"there is no form '{form}'; the forms are paper and chat", nameof(form));
        if (part is not (null or "all" or "train" or "valid" or "test"))
            throw new ArgumentException($"there is no part '{part}'; the parts are all, train, valid and test", nameof(part));
        var dataset = await datasets.OpenAsync(id, cancel);
        var kept = draft is null ? null : drafts.Read(draft) ?? throw new KeyNotFoundException($"There is no draft '{draft}'.");
        var (prompts, task, rows) = await Task.Run(
            () =>
            {
                try
                {
                    var schema = dataset.Row.Schema;
                    var task = new LearningTask(dataset.Table, schema, SplitMaker.Make(dataset.Table, schema, kept?.Run.SplitSeed ?? 0));
                    var chosen =
                        kept is not null ? LiftSettings.Of(kept.Run.Learner, task.Kind).Template
                        : template is null ? LiftSettings.Default(task.Kind).Template
                        : shelf.Find(template)?.Newest.Template ?? PromptPresets.Named(template, task.Kind);
                    var prompts = TablePrompts.Fit(chosen, task.Table, schema, task.Split.Train, task.Labels);
                    IEnumerable<int> rows = part switch
                    {
                        "train" => task.Split.Train,
                        "valid" => task.Split.Valid,
                        "test" => task.Split.Test,
                        _ => Enumerable.Range(0, task.Table.RowCount).Where(r => !double.IsNaN(task.Targets[r])),
                    };
                    // A template that cannot write a row fails here, before the answer has begun.
                    foreach (var row in rows.Take(1))
                        prompts.Write(task.Table, row);
                    return (prompts, task, rows);
                }
                catch (FormatException e)
                {
                    throw new ArgumentException($"the template cannot be used: {e.Message}", nameof(template), e);
                }
            },
            cancel
        );
        var title = string.Concat(prompts.Template.Name.Take(60).Select(c => char.IsLetterOrDigit(c) ? c : '-'));
        var name = $"{title}-{part ?? "all"}{(form == "chat" ? "-chat" : "")}.jsonl";
        return TypedResults.Stream(
            async stream =>
            {
                await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
                var first = true;
                foreach (var row in rows)
                {
                    cancel.ThrowIfCancellationRequested();
                    var example = prompts.Write(task.Table, row);
                    await writer.WriteAsync(
                        (first ? "" : "\n") + (form == "chat" ? PromptLines.Chat(example) : PromptLines.Write(example))
                    );
                    first = false;
                }
            },
            "application/jsonl",
            name
        );
    }
}
