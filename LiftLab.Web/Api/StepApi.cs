using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Web.Hosting;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.Mvc;

namespace LiftLab.Web.Api;

/// <summary>Steps and versions of a dataset for scripts and notebooks.</summary>
static class StepApi
{
    /// <summary>A step of a dataset.</summary>
    /// <param name="Parent">The step before it; 0 for the table as read.</param>
    /// <param name="Done">Whether it leads to the present table; false: undone, or in another branch.</param>
    /// <param name="Outcome">Its result; null where it is not done.</param>
    public sealed record StepView(int Id, int Parent, TableStep Step, string Words, bool On, bool Done, OutcomeView? Outcome);

    public sealed record OutcomeView(
        int Number,
        string Words,
        StepState State,
        StepCounts Counts,
        IReadOnlyList<string> Notes,
        Problem? Failure
    );

    /// <param name="Version">The number of the current version.</param>
    public sealed record StepsView(
        int Version,
        int Rows,
        int Columns,
        IReadOnlyList<StepView> Steps,
        int Head,
        IReadOnlyList<TableVersion> Versions
    );

    public static void MapStepApi(this IEndpointRouteBuilder app)
    {
        var steps = app.MapGroup("/api/datasets/{id:guid}").WithTags("Steps").AddEndpointFilter<ApiFaults>();
        steps
            .MapGet("/steps", async (Guid id, Datasets store, CancellationToken cancel) => View(await store.OpenAsync(id, cancel)))
            .WithSummary("The steps of a dataset with the result of each, all branches, and its versions.");
        steps
            .MapGet(
                "/steps.json",
                async (Guid id, Datasets store, CancellationToken cancel) =>
                    TypedResults.Text(StepFile.Text((await store.OpenAsync(id, cancel)).Row.Steps.Active), "application/json")
            )
            .WithSummary("The steps that are done, as a file for --steps of the command line and for other datasets.");
        steps
            .MapPost("/steps", AddAsync)
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary(
                "Does the steps of the body, a file of steps, a list or one step, behind those that are done. preview=true says only what "
                    + "they would change; without=3 leaves out step 3 of the body. "
                    + $"Steps: {string.Join(", ", StepFile.Kinds)}."
            );
        Change("/steps/undo", "Undoes the last step that is done.", (tree, _) => tree.Undo());
        Change("/steps/redo", "Does the step again that was undone last.", (tree, _) => tree.Redo());
        Change("/steps/{step:int}/off", "Switches a step off; those before and after it stay.", (tree, step) => tree.Switch(step, false));
        Change("/steps/{step:int}/on", "Switches a step on again.", (tree, step) => tree.Switch(step, true));
        Change(
            "/steps/{step:int}/last",
            "Makes a step the last that is done, in its branch; 0 undoes all.",
            (tree, step) => tree.GoTo(step)
        );
        steps
            .MapPost(
                "/versions/{number:int}",
                async (Guid id, int number, Datasets store, CancellationToken cancel) =>
                    View(await store.GoToVersionAsync(id, number, cancel))
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Makes a former version the current one; new runs use it.");
        steps
            .MapPut(
                "/versions/{number:int}",
                async (Guid id, int number, string name, Datasets store, CancellationToken cancel) =>
                    View(await store.NameVersionAsync(id, number, name, cancel))
            )
            .WithSummary("Gives a version a name.");
        steps
            .MapGet(
                "/table.csv",
                async (Guid id, Datasets store, CancellationToken cancel) =>
                {
                    var dataset = await store.OpenAsync(id, cancel);
                    var name = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Path.GetFileNameWithoutExtension(dataset.Row.FileName)}-version-{dataset.History.Current}.csv"
                    );
                    return TypedResults.Stream(
                        async output =>
                        {
                            await using var text = new StreamWriter(output);
                            await using var buffer = new StringWriter(CultureInfo.InvariantCulture);
                            TableWriter.WriteCsv(dataset.Table, buffer);
                            await text.WriteAsync(buffer.GetStringBuilder(), cancel);
                        },
                        "text/csv",
                        name
                    );
                }
            )
            .WithSummary("The table of the current version as CSV.");

        void Change(string address, string summary, Func<StepTree, int, StepTree> change) =>
            steps
                .MapPost(
                    address,
                    async (Guid id, HttpRequest request, Datasets store, CancellationToken cancel) =>
                    {
                        var step = int.Parse(request.RouteValues["step"]?.ToString() ?? "0", CultureInfo.InvariantCulture);
                        return View(await store.ChangeStepsAsync(id, tree => change(tree, step), null, cancel));
                    }
                )
                .RequireRateLimiting(LabAccess.WorkLimit)
                .WithSummary(summary);
    }

    static async Task<object> AddAsync(
        Guid id,
        HttpRequest request,
        Datasets store,
        bool? preview,
        [FromQuery] int[]? without,
        CancellationToken cancel
    )
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(cancel);
        var given = IsOne(text) ? [StepFile.ReadOne(text)] : StepFile.Read(text);
        without ??= [];
        if (without.Any(n => n < 1 || n > given.Count))
            throw new ArgumentException($"there is no step {without.First(n => n < 1 || n > given.Count)}; the body has {given.Count}");
        var tried = await store.TryAsync(id, given, without, cancel);
        if (preview == true)
            return tried.Outcomes.Select(View);
        _ = tried.Demanded(number => $"add without={number}");
        return View(await store.ChangeStepsAsync(id, tree => tree.Add(given, without), null, cancel));
    }

    /// <summary>Whether the text is one step, not a list or a file of them.</summary>
    static bool IsOne(string text)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(text);
            return document.RootElement is { ValueKind: System.Text.Json.JsonValueKind.Object } root
                && root.TryGetProperty(StepFile.Kind, out _);
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    static StepsView View(Dataset dataset)
    {
        var tree = dataset.Row.Steps;
        var outcomes = tree.Done.Zip(dataset.Stepped.Outcomes).ToDictionary(p => p.First.Id, p => View(p.Second));
        return new(
            dataset.History.Current,
            dataset.Table.RowCount,
            dataset.Table.Columns.Count,
            [
                .. tree.Nodes.Select(n => new StepView(
                    n.Id,
                    n.Parent,
                    n.Step,
                    n.Step.Words,
                    tree.IsOn(n.Id),
                    outcomes.ContainsKey(n.Id),
                    outcomes.GetValueOrDefault(n.Id)
                )),
            ],
            tree.Head,
            dataset.History.Versions
        );
    }

    static OutcomeView View(StepOutcome o) => new(o.Number, o.Step.Words, o.State, o.Counts, o.Notes, o.Failure);
}
