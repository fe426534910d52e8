namespace LiftLab.Web.Parts.Fields;

/// <summary>The fields of a form that hold a text which is not a value. While there are any, the form must not be sent.</summary>
/// <param name="changed">Called when the first fault appears and when the last one is gone.</param>
public sealed class FieldFaults(Action changed)
{
    readonly HashSet<object> wrong = [];

    public bool Any => wrong.Count > 0;

    public void Set(object field, bool isWrong)
    {
        var before = Any;
        if (isWrong)
            wrong.Add(field);
        else
            wrong.Remove(field);
        if (before != Any)
            changed();
    }
}
