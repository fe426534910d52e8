namespace LiftLab.Web.Live.Jobs;

/// <summary>The words in which a kind of work is spoken of where its worker died.</summary>
/// <param name="Noun">"run".</param>
/// <param name="GoesOn">What happens next.</param>
/// <param name="NeedsLess">What to do where memory runs out.</param>
public sealed record WorkWords(string Noun, string GoesOn, string NeedsLess)
{
    public static readonly WorkWords Run = new(
        "run",
        "It goes on from its last checkpoint.",
        "choose a smaller batch, a smaller model, or fewer runs at once"
    );

    public static readonly WorkWords Study = new(
        "study",
        "It goes on with the predictions that are not answered yet.",
        "leave out the largest table or model, or let fewer runs and studies run at once (LiftLab:MaxParallelRuns)"
    );
}
