using System.Globalization;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Encoding;

/// <summary>
/// Encodes rows of a table as numbers, as fitted on a task. The encoding of a row depends neither on targets nor on other encoded rows.
/// </summary>
public sealed class FeatureEncoder
{
    const int MostLevels = 100,
        MostTextLevels = 50;

    readonly List<ColumnEncoder> columns = [];

    FeatureEncoder() { }

    /// <summary>Width of the encoded matrix.</summary>
    public int Width => columns.Sum(c => c.Width);

    /// <summary>Feature columns that were excluded, with the reason.</summary>
    public IReadOnlyDictionary<string, string> LeftOut => leftOut;

    readonly Dictionary<string, string> leftOut = new(StringComparer.Ordinal);

    /// <exception cref="LearningFailedException">No feature column remains.</exception>
    public static FeatureEncoder Fit(LearningTask task, FeatureEncoding encoding)
    {
        var encoder = new FeatureEncoder();
        int[] all = [.. task.Split.Train, .. task.Split.Valid, .. task.Split.Test];
        var leaks = TargetCoding.Leaks(task, encoding);
        IReadOnlyList<int> rows = leaks ? all : task.Split.Train;
        foreach (var feature in task.Schema.Features)
        {
            var column = task.Table[feature.Name];
            if (encoding == FeatureEncoding.Paper && all.Any(r => IsMissing(column, feature.Kind, r)))
                encoder.leftOut[feature.Name] = "a cell is missing";
            else if (feature.Kind == ColumnKind.Identifier)
                encoder.leftOut[feature.Name] = "it identifies rows";
            else if (feature.Kind.IsNumeric())
                encoder.columns.Add(
                    new NumberEncoder(
                        column,
                        rows,
                        scaled: encoding == FeatureEncoding.Standard || leaks,
                        flagged: encoding != FeatureEncoding.Paper
                    )
                );
            else if (
                feature.Kind == ColumnKind.Text
                && rows.Select(r => column.Cells[r]).Distinct(StringComparer.Ordinal).Count() > MostTextLevels
            )
                encoder.leftOut[feature.Name] = "free text";
            else
                encoder.columns.Add(new LevelEncoder(column, rows, MostLevels));
        }
        if (encoder.Width == 0)
            throw new LearningFailedException(
                "no-features",
                "No feature column remains"
                    + (encoder.leftOut.Count == 0 ? "" : ": " + string.Join("; ", encoder.leftOut.Select(l => $"{l.Key}: {l.Value}"))),
                "Give at least one numeric or categorical column the role of a feature."
            );
        return encoder;
    }

    /// <summary>The first column of the encoded matrix that belongs to a feature.</summary>
    /// <exception cref="InvalidOperationException">The feature was excluded.</exception>
    public int PlaceOf(string feature) =>
        columns.TakeWhile(c => c.Column != feature).Sum(c => c.Width) is var place && place < Width
            ? place
            : throw new InvalidOperationException($"'{feature}' is not encoded");

    internal void Keep(KeptWriter into)
    {
        into.Put("columns", columns.Count);
        for (var i = 0; i < columns.Count; i++)
            columns[i].Keep(into.Under(i.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Restores a fitted encoder, without the reasons of excluded columns.</summary>
    internal static FeatureEncoder Open(KeptReader from)
    {
        var encoder = new FeatureEncoder();
        for (var i = 0; i < from.Whole("columns"); i++)
            encoder.columns.Add(ColumnEncoder.Open(from.Under(i.ToString(CultureInfo.InvariantCulture))));
        return encoder;
    }

    /// <summary>Shape (rows, <see cref="Width"/>), every entry finite.</summary>
    /// <exception cref="KeyNotFoundException">The table lacks a feature column.</exception>
    public Matrix Encode(Table table, IReadOnlyList<int> rows)
    {
        var x = new Matrix(rows.Count, Width);
        var at = 0;
        foreach (var encoder in columns)
        {
            var column = table[encoder.Column];
            for (var i = 0; i < rows.Count; i++)
                encoder.Write(column, rows[i], x[i].Slice(at, encoder.Width));
            at += encoder.Width;
        }
        return x;
    }

    static bool IsMissing(Column column, ColumnKind kind, int row) =>
        column.IsMissing(row) || kind.IsNumeric() && !double.IsFinite(column.Numbers[row]);
}
