using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Jobs;

namespace LiftLab.Web.Live.Providers;

/// <summary>What one fit of a run or a study has at its provider.</summary>
/// <param name="Work">The run's or study's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Folder">The folder of <paramref name="State"/>.</param>
public sealed record RemoteHolding(bool IsStudy, string Work, string Name, Provider Provider, string Folder, RemoteState State)
{
    public bool HasOpenJobs => State.Deleted is null && State.Jobs.Any(j => !j.IsOver);

    public bool HasModels => State.Deleted is null && State.Models.Any();

    /// <summary>The path of its page.</summary>
    public string Page => IsStudy ? $"/studies/{Work}" : $"/runs/{Work}";
}

/// <summary>Fine-tuned models at a provider that belong together.</summary>
/// <param name="Owner">Any fit of the run or study that made them; null where it is not in this lab any more.</param>
/// <param name="IsBusy">Its run or study is not over, so that it needs them.</param>
public sealed record RemoteGroup(RemoteHolding? Owner, IReadOnlyList<FoundModel> Models, bool IsBusy);

/// <summary>The fine-tuned models at a provider.</summary>
/// <param name="Groups">Those that LiftLab has made.</param>
/// <param name="Others">How many others there are; they are left alone.</param>
public sealed record RemoteStock(IReadOnlyList<RemoteGroup> Groups, int Others);
