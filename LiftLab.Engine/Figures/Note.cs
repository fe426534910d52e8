namespace LiftLab.Engine.Figures;

/// <summary>A text inside the drawing at a position in axis coordinates, vertically centred.</summary>
/// <param name="Anchor">The part of the text that is at <paramref name="X"/>.</param>
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
