namespace LiftLab.Web.Pages.Studio;

/// <summary>What the studio shows beside the template.</summary>
public enum StudioTab
{
    Row,
    Lengths,
    Numbers,
    Checks,
    Compare,
    Ask,
    Saved,
}
