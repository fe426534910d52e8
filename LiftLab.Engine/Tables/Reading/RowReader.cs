namespace LiftLab.Engine.Tables.Reading;

/// <summary>A file as rows of cell texts, header and all, one row at a time. A span is good until the next row.</summary>
abstract class RowReader : IDisposable
{
    public abstract bool Next();

    public abstract int FieldCount { get; }

    public abstract ReadOnlySpan<char> Field(int index);

    /// <summary>True where the source says by itself which cells are numbers, so that only texts are searched for decimal commas.</summary>
    public abstract bool KnowsNumbers { get; }

    public abstract void Dispose();

    public bool IsBlank()
    {
        for (var i = 0; i < FieldCount; i++)
            if (!Field(i).IsWhiteSpace())
                return false;
        return true;
    }

    public string[] ToArray()
    {
        var fields = new string[FieldCount];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Field(i).Trim().ToString();
        return fields;
    }
}
