using LiftLab.Engine.Tables.Reading.Workbooks;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>Reads a file row by row, the header row included. The span of a field is valid until the next row is read.</summary>
abstract class RowReader : IDisposable
{
    public abstract bool Next();

    public abstract int FieldCount { get; }

    public abstract ReadOnlySpan<char> Field(int index);

    /// <summary>True where the file format marks numeric cells (XLSX, XLS): only text cells can then contain decimal commas.</summary>
    public abstract bool KnowsNumbers { get; }

    /// <summary>True where cells may contain NUL or the replacement character, which stand for damaged bytes.</summary>
    public virtual bool MayBeDamaged => false;

    /// <summary>What stands between the cells of a row in a message.</summary>
    public virtual string Joint => ", ";

    /// <summary>What the number format of a numeric cell says; null for other cells and in files without formats.</summary>
    public virtual NumberFormat? FormatOf(int index) => null;

    /// <summary>The formats of the first fields; null in files without formats.</summary>
    public virtual NumberFormat?[]? Formats(int count) => null;

    /// <summary>How the cells of a column are read because the file declares it; null: guessed.</summary>
    public virtual ColumnReadOptions? Declared(int index) => null;

    /// <summary>True where the first row is certainly the header row.</summary>
    public virtual bool HasNames => false;

    /// <summary>Last column of the merged cell that begins at a column of the current row; the column itself if none does.</summary>
    public virtual int MergedTo(int column) => column;

    public abstract void Dispose();

    /// <summary>Number of fields up to the last filled one; 0 in a blank row.</summary>
    public int Filled()
    {
        for (var i = FieldCount - 1; i >= 0; i--)
            if (!Field(i).IsWhiteSpace())
                return i + 1;
        return 0;
    }

    public bool IsBlank()
    {
        for (var i = 0; i < FieldCount; i++)
            if (!Field(i).IsWhiteSpace())
                return false;
        return true;
    }

    /// <param name="count">Number of fields to take, from the first.</param>
    public string[] ToArray(int count)
    {
        var fields = new string[count];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Field(i).Trim().ToString();
        return fields;
    }
}
