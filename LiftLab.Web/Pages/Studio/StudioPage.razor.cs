using System.Diagnostics.CodeAnalysis;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Studio;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Studio;

/// <summary>A template on a table: every row as the model reads it, what it costs, what speaks against it.</summary>
public sealed partial class StudioPage(
    Datasets datasets,
    Drafts drafts,
    TemplateShelf shelf,
    LabRuns runs,
    ModelAsker asker,
    Browser browser,
    NavigationManager navigation,
    TimeProvider clock
) : IDisposable
{
    /// <summary>Pause in typing after which the table's rows are written.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(350);

    const string HeldKey = "draft:";

    readonly CancellationTokenSource stop = new();
    CancellationTokenSource? late;
    (string? Id, string? Draft) open;
    readonly OwnAddress own = new(navigation);
    RunDraft? draft;
    string? draftId;

    /// <summary>For the previewed row; the other one is for work on many rows, which may still be busy with an earlier template.</summary>
    PromptDesk? desk,
        many;
    TablePrompts? sentences;
    IReadOnlyList<PromptPreset> presets = [];
    IReadOnlyList<SavedTemplate> saved = [];
    IReadOnlyList<string> damaged = [];
    IReadOnlyList<string> columns = [],
        numbers = [];
    Exception? fault;
    BadDataException? bad;

    RowLens? lens,
        sentence;
    Exception? wrong;
    int row;
    int? pin;
    StudioTab tab;

    LengthSheet? lengths;
    IReadOnlyList<PromptFinding>? findings;
    IReadOnlyList<FormatTrial>? trials;
    DraftComparison? compared;
    PromptTemplate? held;
    string? heldId,
        column,
        other,
        lateFault,
        askFault;
    CancellationTokenSource? asking;
    readonly List<AskPanel.Asked> answers = [];

    [Parameter]
    public string? Id { get; set; }

    /// <summary>A draft of a run, shared with the page New run.</summary>
    [SupplyParameterFromQuery(Name = "draft")]
    public string? Kept { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery(Name = "row")]
    public string? RowText { get; set; }

    /// <summary>The row that others are compared with, from 1.</summary>
    [SupplyParameterFromQuery(Name = "pin")]
    public string? PinText { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    public string? Show { get; set; }

    /// <summary>What the draft is compared with: a preset, a saved version, or another draft.</summary>
    [SupplyParameterFromQuery(Name = "with")]
    public string? With { get; set; }

    /// <summary>The column whose number formats are shown; null for the first.</summary>
    [SupplyParameterFromQuery(Name = "column")]
    public string? ColumnName { get; set; }

    /// <summary>A run whose template and settings are opened as a new draft.</summary>
    [SupplyParameterFromQuery(Name = "like")]
    public string? Like { get; set; }

    PromptTemplate Template => draft!.Settings.Template;

    int Serious => findings?.Count(f => f.Problem.Severity > Severity.Note) ?? 0;

    string Verdict =>
        lens!.Tokens is { Count: var count }
            ? $"Row {row + 1} has {Display.Count(count)} tokens"
                + (
                    desk!.Context is { } most
                        ? count <= most
                            ? $" of {Display.Count(most)} that fit."
                            : $", and only {Display.Count(most)} fit."
                        : "."
                )
            : "The template can be read.";

    IReadOnlyList<DiffPart>? PinnedDiff
    {
        get
        {
            if (pin is not { } reference || reference == row || lens is null || tab != StudioTab.Row)
                return null;
            return desk!.Try(Template, reference).Lens is { } pinned ? WordDiff.Of(pinned.Text, lens.Text) : null;
        }
    }

    IReadOnlyList<ComparePanel.Comparable> Comparables =>
        [
            .. held is null
                ? Array.Empty<ComparePanel.Comparable>()
                : [new(HeldKey + heldId, $"the draft that you hold ({held.Name})", "Drafts")],
            .. saved.SelectMany(s =>
                s.Versions.Reverse()
                    .Select(v => new ComparePanel.Comparable(ShelfPanel.KeyOf(v.Template), $"{s.Name}, version {v.Number}", "Saved"))
            ),
            .. presets.Select(p => new ComparePanel.Comparable("preset:" + p.Name, p.Name, "Presets")),
        ];

    protected override async Task OnParametersSetAsync()
    {
        // Also while it is read: a second reading would end after the first changes, and undo them.
        if (open == (Id, Kept) || own.IsOnItsWay)
            return;
        open = (Id, Kept);
        await LoadAsync();
    }

    [SuppressMessage("Design", "CA1031", Justification = "the page shows the fault")]
    async Task LoadAsync()
    {
        (desk, many, draft, fault, bad) = (null, null, null, null, null);
        try
        {
            var kept = Kept is { } id ? drafts.Read(id) : null;
            var dataset = Guid.TryParse(Id, out var guid)
                ? await datasets.OpenAsync(guid, stop.Token)
                : throw new KeyNotFoundException($"There is no dataset '{Id}'.");
            if (dataset.Problems.Where(p => p.Severity == Severity.Error).ToArray() is { Length: > 0 } errors)
                throw new BadDataException(errors);
            var opened =
                kept?.Dataset == guid ? RunDraft.Kept(kept.Run, dataset)
                : Like is { } run ? await Task.Run(() => RunDraft.Like(runs.Folder(run).ReadSpec(), dataset), stop.Token)
                : await Task.Run(() => RunDraft.Default(dataset), stop.Token);
            var plan = await runs.PlanAsync(opened.ToRequest(), stop.Token);
            if (plan.Given is not { } task)
                throw new BadDataException(plan.Problems);
            draftId = kept?.Dataset == guid ? Kept : null;
            column = ColumnName ?? column;
            Take(opened, task, plan.Main as LiftPlan);
            ReadShelf();
            (tab, other) = (Enum.TryParse<StudioTab>(Show, true, out var shown) ? shown : StudioTab.Row, With);
            Hold(With);
            row = Math.Clamp((AddressValue.Whole(RowText) ?? 1) - 1, 0, task.Table.RowCount - 1);
            pin = AddressValue.Whole(PinText) is { } reference && reference >= 1 && reference <= task.Table.RowCount ? reference - 1 : null;
            if (draftId is null)
                Keep();
            Look();
            _ = SettleAsync(TimeSpan.Zero);
        }
        catch (OperationCanceledException) { }
        catch (BadDataException e)
        {
            bad = e;
        }
        catch (Exception e)
        {
            fault = e;
        }
    }

    void Take(RunDraft opened, LearningTask task, LiftPlan? plan)
    {
        draft = opened;
        desk = new(task, plan?.Tokenizer, plan?.Context);
        many = new(task, plan?.Tokenizer, plan?.Context);
        presets = PromptPresets.For(task.Table, task.Schema);
        columns = [.. task.Schema.Features.Select(f => f.Name)];
        numbers = [.. task.Schema.Features.Where(f => f.Kind.IsNumeric()).Select(f => f.Name)];
        column =
            numbers.Contains(column) ? column
            : numbers.Count > 0 ? numbers[0]
            : null;
        var words = new PromptDesk(task, null, null);
        sentences = words.Try(SentenceWriter.Draft(task.Table, task.Schema), 0).Prompts;
    }

    /// <summary>The previewed row with the template as it is now.</summary>
    void Look()
    {
        (_, var seen, wrong) = desk!.Try(Template, row);
        lens = seen;
        sentence = seen is { IsCoded: true } && sentences is not null ? RowLens.Of(sentences, desk.Table, row, double.NaN, null) : null;
    }

    /// <summary>Does not wait for the work on many rows: the editor sends the next text when this one is shown.</summary>
    Task TypedAsync(string text)
    {
        Take(Edited(Template with { Text = text }));
        _ = SettleAsync(Pause);
        return Task.CompletedTask;
    }

    Task EditAsync(PromptTemplate changed) => OpenAsync(Edited(changed));

    /// <summary>A part of the template changed: a saved version becomes an unsaved draft, a preset with another text the person's
    /// own.</summary>
    PromptTemplate Edited(PromptTemplate changed)
    {
        var preset = presets.Any(p => p.Name == changed.Name);
        return changed with { Version = null, Name = preset && changed.Text != Template.Text ? "own" : changed.Name };
    }

    Task OpenAsync(PromptTemplate template)
    {
        Take(template);
        return SettleAsync(Pause);
    }

    void Take(PromptTemplate template)
    {
        draft = draft! with { Settings = draft.Settings with { Template = template } };
        Look();
        Keep();
    }

    /// <summary>After a pause without a change: the work on many rows. A later change ends it.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "the panel shows the fault, and the page stays usable")]
    async Task SettleAsync(TimeSpan pause)
    {
        late?.Cancel();
        var mine = late = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, clock, mine.Token);
            await WorkAsync(mine.Token);
        }
        catch (OperationCanceledException) { }
        catch (Exception e)
        {
            lateFault = e.Message;
            StateHasChanged();
        }
        finally
        {
            if (late == mine)
                late = null;
            mine.Dispose();
        }
    }

    async Task WorkAsync(CancellationToken cancel)
    {
        var (template, shown) = (Template, tab);
        lateFault = null;
        try
        {
            if (shown == StudioTab.Lengths)
                await ShowLaterAsync(bench => LengthSheet.Of(bench, bench.Fit(template), cancel), v => lengths = v, cancel);
            if (shown == StudioTab.Numbers && column is { } chosen)
            {
                var at = row;
                await ShowLaterAsync(bench => FormatTrial.Of(bench, template, chosen, at, cancel), v => trials = v, cancel);
            }
            if (shown == StudioTab.Compare)
            {
                compared = null;
                if (TemplateOf(other) is { } against)
                {
                    var at = row;
                    await ShowLaterAsync(
                        bench => DraftComparison.Of(bench, bench.Fit(against), bench.Fit(template), at, cancel),
                        v => compared = v,
                        cancel
                    );
                }
                else
                    other = null;
            }
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            lateFault = e.Message;
        }
        await ShowLaterAsync(bench => PromptReview.Of(bench, template, cancel), v => findings = v, cancel);
    }

    /// <summary>Computes beside the page, one after the other, and shows the result.</summary>
    async Task ShowLaterAsync<T>(Func<PromptDesk, T> compute, Action<T> show, CancellationToken cancel)
    {
        var bench = new PromptDesk(many!.Task, many.Tokenizer, many.Context);
        var value = await Task.Run(() => compute(bench), cancel);
        cancel.ThrowIfCancellationRequested();
        show(value);
        StateHasChanged();
    }

    void Keep()
    {
        if (drafts.Save(draftId, new(draft!.Dataset.Id, draft.ToFile())) is not { } id)
            return;
        draftId = id;
        Locate();
    }

    /// <summary>The address holds what is shown.</summary>
    void Locate()
    {
        Kept = draftId;
        open = (Id, Kept);
        var address =
            $"/studio/{Id}?draft={draftId}&row={row + 1}"
            + (pin is { } reference ? $"&pin={reference + 1}" : "")
            + (tab == StudioTab.Row ? "" : $"&show={tab.ToString().ToLowerInvariant()}")
            + (tab != StudioTab.Numbers || column is null || column == numbers[0] ? "" : $"&column={Uri.EscapeDataString(column)}")
            + (other is null ? "" : $"&with={Uri.EscapeDataString(other)}");
        own.Take(address);
    }

    static string Word(StudioTab tab) =>
        tab switch
        {
            StudioTab.Numbers => "Number formats",
            StudioTab.Ask => "Ask the model",
            _ => tab.ToString(),
        };

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
