using System.Globalization;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Studio;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace LiftLab.Web.Pages.Studio;

/// <summary>What the studio's buttons do.</summary>
public sealed partial class StudioPage
{
    readonly ElementReference[] tabs = new ElementReference[Enum.GetValues<StudioTab>().Length];

    Task GoToAsync(int to)
    {
        row = Math.Clamp(to, 0, desk!.Table.RowCount - 1);
        Look();
        Locate();
        return tab is StudioTab.Numbers or StudioTab.Compare ? SettleAsync(TimeSpan.Zero) : Task.CompletedTask;
    }

    Task RowAsync(ChangeEventArgs e) =>
        int.TryParse(e.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? GoToAsync(n - 1) : Task.CompletedTask;

    Task LookAtAsync(int to)
    {
        tab = StudioTab.Row;
        return GoToAsync(to);
    }

    Task PinAsync()
    {
        pin = pin is null ? row : null;
        Locate();
        return Task.CompletedTask;
    }

    Task ShowAsync(StudioTab chosen)
    {
        tab = chosen;
        Locate();
        return chosen is StudioTab.Row or StudioTab.Ask or StudioTab.Saved ? Task.CompletedTask : SettleAsync(TimeSpan.Zero);
    }

    // The arrow keys move between the tabs; Tab goes on to what the chosen one shows.
    async Task TabKeyAsync(KeyboardEventArgs e)
    {
        if (e.Key is not ("ArrowLeft" or "ArrowRight"))
            return;
        var next = (StudioTab)(((int)tab + (e.Key == "ArrowLeft" ? -1 : 1) + tabs.Length) % tabs.Length);
        var shown = ShowAsync(next);
        await tabs[(int)next].FocusAsync();
        await shown;
    }

    Task ColumnAsync(string chosen)
    {
        (column, trials) = (chosen, null);
        Locate();
        return SettleAsync(TimeSpan.Zero);
    }

    Task CompareAsync(string key)
    {
        (other, compared) = (key.Length == 0 ? null : key, null);
        Locate();
        return SettleAsync(TimeSpan.Zero);
    }

    Task CompareTabAsync(string key)
    {
        tab = StudioTab.Compare;
        return CompareAsync(key);
    }

    Task HoldAsync()
    {
        (held, heldId) = (Template, drafts.Save(null, new(draft!.Dataset.Id, draft.ToFile())));
        return CompareAsync(HeldKey + heldId);
    }

    /// <summary>The draft that the address names as the one to compare with.</summary>
    void Hold(string? key)
    {
        if (key?.StartsWith(HeldKey, StringComparison.Ordinal) != true || drafts.Read(key[HeldKey.Length..]) is not { } read)
            return;
        try
        {
            (held, heldId) = (LiftSettings.Of(read.Run.Learner, desk!.Task.Kind).Template, key[HeldKey.Length..]);
        }
        catch (ArgumentException)
        {
            // A setting of it does not exist any more: nothing is compared.
        }
    }

    PromptTemplate? TemplateOf(string? key) =>
        key == HeldKey + heldId ? held
        : key?.StartsWith("preset:", StringComparison.Ordinal) == true ? presets.FirstOrDefault(p => "preset:" + p.Name == key)?.Template
        : saved.SelectMany(s => s.Versions).FirstOrDefault(v => ShelfPanel.KeyOf(v.Template) == key)?.Template;

    async Task FixAsync(PromptFix fix)
    {
        if (fix.Template is { } template)
            await EditAsync(template);
        else if (fix.Table is { Column: { } left, Role: { } role })
        {
            var schema = draft!.Dataset.Schema;
            schema = schema with { Columns = [.. schema.Columns.Select(c => c.Name == left ? c with { Role = role } : c)] };
            Keep();
            await datasets.ConfirmAsync(draft.Dataset.Id, draft.Dataset.Name, schema, stop.Token);
            await LoadAsync();
        }
    }

    async Task SaveAsync((string Name, string Note) given)
    {
        var copied =
            Template.Name == given.Name ? null
            : Template.Version is { } version ? $"{Template.Name}, version {version}"
            : Template.Name;
        var template = shelf.Save(given.Name, Template, given.Note, copied);
        ReadShelf();
        await OpenAsync(template);
    }

    Task DeleteAsync(string name)
    {
        shelf.Delete(name);
        ReadShelf();
        return Task.CompletedTask;
    }

    void ReadShelf() => (saved, damaged) = (shelf.All(), shelf.Damaged());

    Task ExportAsync() => browser.SaveAsync(Template.Name + ".json", "application/json", PromptFile.Write(Template));

    async Task AskAsync(int shots)
    {
        if (desk!.Try(Template, row) is not { Prompts: { } prompts })
        {
            askFault = "The template cannot be read.";
            return;
        }
        (askFault, asking) = (null, CancellationTokenSource.CreateLinkedTokenSource(stop.Token));
        try
        {
            var (asked, labels) = (row, desk.Task.Labels);
            int[] examples = [.. desk.Task.Split.Train.Where(r => r != asked)];
            SeedStream.From(draft!.Seed).At("shots").Random().Shuffle(examples);
            // Examples are written without the joint, and so is the answer behind them.
            var joint = shots == 0 ? prompts.Template.Joint : "";
            var question = new ModelQuestion(
                FewShotPrompt.Of(prompts, desk.Table, examples.Take(shots), asked),
                [.. prompts.Completions.Select(c => joint + c)]
            );
            var reply = await asker.AskAsync(draft.Settings.Model, question, asking.Token);
            var target = desk.Task.Targets[asked];
            var truth =
                double.IsNaN(target) ? null
                : labels.Count > 0 ? labels[(int)target]
                : Display.Number(target);
            var read = reply.Text is { } text && prompts.Read(text) is Answer.Number number ? Display.Number(number.Value) : null;
            answers.RemoveAll(a => a.Row != asked || a.Shots == shots);
            answers.Add(new(asked, shots, reply, labels, truth, read));
        }
        catch (OperationCanceledException) { }
        catch (Exception e) when (e is ModelUnreachableException or Engine.Launching.LaunchFailedException or FormatException)
        {
            askFault = $"The model could not be asked: {e.Message.TrimEnd('.')}. Ask again, or with fewer examples.";
        }
        finally
        {
            asking.Dispose();
            asking = null;
        }
    }

    void SetUpRun()
    {
        Keep();
        navigation.NavigateTo($"/new?dataset={draft!.Dataset.Id:N}&draft={draftId}");
    }
}
