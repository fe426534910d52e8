using System.Collections;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>A growing list of numbers in small parts: a list that doubles leaves large arrays behind.</summary>
sealed class NumberList : IReadOnlyList<double>
{
    const int Part = 1 << 13;
    readonly List<double[]> parts = [];

    public int Count { get; private set; }

    public double this[int index]
    {
        get => parts[index / Part][index % Part];
        set => parts[index / Part][index % Part] = value;
    }

    public void Add(double number)
    {
        if (Count % Part == 0)
            parts.Add(new double[Count == 0 ? 64 : Part]);
        else if (Count % Part == parts[^1].Length)
        {
            var part = parts[^1];
            Array.Resize(ref part, Math.Min(Part, 2 * part.Length));
            parts[^1] = part;
        }
        this[Count++] = number;
    }

    /// <summary>The numbers for reading only: this list where they are many, else one array.</summary>
    public IReadOnlyList<double> Complete()
    {
        if (Count > Part)
            return this;
        var all = new double[Count];
        for (var i = 0; i < parts.Count; i++)
            parts[i].AsSpan(0, Math.Min(Part, Count - i * Part)).CopyTo(all.AsSpan(i * Part));
        return all;
    }

    public IEnumerator<double> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
