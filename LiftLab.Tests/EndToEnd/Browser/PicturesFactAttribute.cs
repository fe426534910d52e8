namespace LiftLab.Tests.EndToEnd.Browser;

/// <summary>Makes pictures of pages, on demand.</summary>
sealed class PicturesFactAttribute : BrowserFactAttribute
{
    public PicturesFactAttribute() =>
        Skip ??= Pictures.IsAsked ? null : "set LIFTLAB_SHOTS to the folder of the repository that the pictures go to, such as shots";
}
