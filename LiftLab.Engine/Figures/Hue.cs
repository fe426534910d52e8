namespace LiftLab.Engine.Figures;

/// <summary>What a series stands for. Painters give every hue its colour, and a class its marker shape too.</summary>
/// <param name="Index">Place of the class in the label order, or of the run in a comparison, from 0; null for other roles.</param>
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
    /// <summary>What the figure is about: LIFT, or the learner that is compared.</summary>
    Subject,

    /// <summary>The same quantity in the background, such as the loss of each single step.</summary>
    SubjectFaint,

    /// <summary>A second quantity beside the subject, such as validation.</summary>
    Contrast,

    /// <summary>What the subject is compared with, and reference lines.</summary>
    Other,

    /// <summary>The colour of text.</summary>
    Text,
    Class,
}
