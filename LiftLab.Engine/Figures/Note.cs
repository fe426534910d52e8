namespace LiftLab.Engine.Figures;

/// <summary>A text inside the drawing, at a place in the coordinates of the axes, centred on its height.</summary>
/// <param name="Anchor">The part of the text that lies at <paramref name="X"/>.</param>
public sealed record Note(double X, double Y, string Text, NoteAnchor Anchor = NoteAnchor.Middle)
{
    public Hue Hue { get; init; } = Hue.Text;
    public bool Bold { get; init; }
}

public enum NoteAnchor
{
    Start,
    Middle,
    End,
}
