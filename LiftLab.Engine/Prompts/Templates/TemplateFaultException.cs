namespace LiftLab.Engine.Prompts.Templates;

/// <summary>The template cannot be used. Gives the place of the fault if it is known.</summary>
public sealed class TemplateFaultException : FormatException
{
    public TemplateFaultException(string message)
        : base(message) { }

    public TemplateFaultException(string message, Exception inner)
        : base(message, inner) { }

    public TemplateFaultException() { }

    /// <param name="what">What is wrong.</param>
    /// <param name="template">The template's text.</param>
    /// <param name="offset">Offset of the fault in the text, in UTF-16 units from 0.</param>
    public TemplateFaultException(string what, string template, int offset)
        : this(what, At(template, offset)) { }

    TemplateFaultException(string what, (int Line, int Column) at)
        : base(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {at.Line}, column {at.Column} of the template: {what}")
        ) => (Line, Column) = at;

    /// <summary>Line from 1; 0 if the place is not known.</summary>
    public int Line { get; }

    /// <summary>Column from 1, in UTF-16 units; 0 if the place is not known.</summary>
    public int Column { get; }

    static (int Line, int Column) At(string template, int offset)
    {
        var before = template.AsSpan(0, Math.Clamp(offset, 0, template.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
