namespace LiftLab.Engine.Figures;

/// <summary>The role of a series. Painters map each hue to a colour, and each class also to a marker shape.</summary>
/// <param name="Index">Index of the class in the label order, or of the run in a comparison, from 0; null for other roles.</param>
public sealed record Hue(HueRole Role, int? Index = null)
{
    public static readonly Hue Subject = new(HueRole.Subject),
        SubjectFaint = new(HueRole.SubjectFaint),
        Contrast = new(HueRole.Contrast),
        Other = new(HueRole.Other),
        Text = new(HueRole.Text);

    /// <summary>The hue of a class, the same in every figure.</summary>
    public static Hue Class(int index) => new(HueRole.Class, index);
}

public enum HueRole
{
    /// <summary>The subject of the figure: LIFT, or the learner that is compared.</summary>
    Subject,

    /// <summary>The same quantity in the background, such as the loss of each single step.</summary>
    SubjectFaint,

    /// <summary>A second quantity beside the subject, such as validation.</summary>
    Contrast,

    /// <summary>Series with which the subject is compared, and reference lines.</summary>
    Other,

    /// <summary>The colour of text.</summary>
    Text,
    Class,
}
