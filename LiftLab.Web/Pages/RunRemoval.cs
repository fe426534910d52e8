using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage;
using MudBlazor;

namespace LiftLab.Web.Pages;

/// <summary>Asks whether a run or a study is removed, and whether its files and models at a provider go with it.</summary>
public static class RunRemoval
{
    /// <summary>Removes the run or study of an id.</summary>
    public delegate Task Verb(string id, AtProvider there, CancellationToken cancel);

    /// <param name="yes">The verb on the button ("Delete").</param>
    /// <returns>Whether it was removed.</returns>
    public static async Task<bool> AskAsync(
        IDialogService dialogs,
        LabRuns runs,
        RunRow row,
        string title,
        string text,
        string yes,
        Verb verb
    )
    {
        var bytes = await runs.BytesAsync(row.Id);
        return await AskAsync(dialogs, row.Id, bytes, await Task.Run(() => runs.IsAtProvider(row)), "run", title, text, yes, verb);
    }

    /// <returns>Whether the study was deleted.</returns>
    public static async Task<bool> AskAsync(IDialogService dialogs, LabStudies studies, LabRemote remote, string id, string name) =>
        await AskAsync(
            dialogs,
            id,
            await studies.BytesAsync(id),
            await Task.Run(() => remote.OfStudy(id).Any(h => h.HasModels || h.HasOpenJobs)),
            "study",
            "Delete this study?",
            $"“{name}” and its folder are removed for good. Answers that the lab shares stay: the same study is quick again.",
            "Delete",
            studies.DeleteAsync
        );

    static async Task<bool> AskAsync(
        IDialogService dialogs,
        string id,
        long bytes,
        bool isThere,
        string kind,
        string title,
        string text,
        string yes,
        Verb verb
    )
    {
        var sure = await dialogs.ShowMessageBoxAsync(
            title,
            text
                + (bytes > 0 ? $" This frees {Display.Bytes(bytes)}." : "")
                + (
                    isThere
                        ? " Its training files and fine-tuned models are still at the provider, where they can be deleted, too; jobs that go on there are ended in any case."
                        : ""
                ),
            yesText: isThere ? $"{yes} here and there" : yes,
            noText: isThere ? $"{yes} here only" : null,
            cancelText: "Keep"
        );
        if (sure is null || (sure == false && !isThere))
            return false;
        try
        {
            await verb(id, isThere && sure.Value ? AtProvider.Delete : AtProvider.Keep, default);
            return true;
        }
        catch (RemoteTroubleException e)
        {
            var anyway = await dialogs.ShowMessageBoxAsync(
                "The provider did not do it",
                $"{e.What}. {yes} the {kind} here all the same? Look at the provider's own page then.",
                yesText: $"{yes} here only",
                cancelText: "Keep"
            );
            if (anyway != true)
                return false;
            await verb(id, AtProvider.KeepAnyway, default);
            return true;
        }
    }
}
