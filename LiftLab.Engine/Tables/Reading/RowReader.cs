namespace LiftLab.Engine.Tables.Reading;

/// <summary>Reads a file row by row, the header row included. The span of a field is valid until the next row is read.</summary>
abstract class RowReader : IDisposable
{
    public abstract bool Next();

    public abstract int FieldCount { get; }

    public abstract ReadOnlySpan<char> Field(int index);

    /// <summary>True where the file format marks numeric cells (XLSX, XLS): only text cells can then contain decimal commas.</summary>
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
