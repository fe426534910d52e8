using System.Globalization;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>Ways to deal with classes that have few rows.</summary>
public static class SmallClasses
{
    /// <summary>The class into which rare classes are merged.</summary>
    public const string Other = "other";

    /// <summary>Rows of a class below which it is offered for merging.</summary>
    public const int Few = 5;

    /// <summary>The merging of all classes with fewer rows into one; empty where there are fewer than two.</summary>
    public static IReadOnlyDictionary<string, string> Merged(Column target, int below)
    {
        string[] rare = [.. (TargetCheck.Balance(target, TaskKind.Classification) ?? []).Where(c => c.Count < below).Select(c => c.Value)];
        return rare.Length < 2 ? new Dictionary<string, string>() : AllTexts(target, rare).ToDictionary(text => text, _ => Other);
    }

    /// <summary>All texts of the given classes: a number may be written in several ways.</summary>
    static IEnumerable<string> AllTexts(Column target, string[] classes)
    {
        var wanted = classes.ToHashSet(ClassLabels.Same);
        return target.Cells.Where(c => c.Length > 0 && wanted.Contains(c)).Distinct(StringComparer.Ordinal);
    }

    internal static IReadOnlyList<Remedy> Remedies(Column target, string label, int count)
    {
        var below = Math.Max(Few, count + 1);
        var merged = Merged(target, below);
        var option = string.Create(CultureInfo.InvariantCulture, $"--merge-rare {Remedy.Quoted($"{target.Name}={below}")}");
        return
        [
            .. merged.Count > 1
                ? [Remedy.Merge(target.Name, merged, $"Merge the {merged.Count} classes of fewer than {below} rows into '{Other}'", option)]
                : Array.Empty<Remedy>(),
            new($"Leave out the rows of '{TableCheck.Short(label)}'", $"--missing {Remedy.Quoted($"{target.Name}={label}")}", target.Name)
            {
                Reading = new() { Missing = [label] },
            },
        ];
    }
}
