using System.Globalization;
using LiftLab.Engine.Experiments;

namespace LiftLab.Web.Pages.Experiments;

/// <summary>The choices of the form of a study as they stand in its address. Null: not chosen, the question's default holds.</summary>
/// <param name="Tables">Ids of datasets, separated by commas.</param>
/// <param name="Kinds">"label-noise/pair:5,10;outliers:2".</param>
/// <param name="Seeds">As typed.</param>
/// <param name="Like">Id of a run whose learners with their settings are taken.</param>
/// <param name="Launcher">Where it will run; null for the usual choice.</param>
/// <param name="Recipe">The preset recipe of LIFT, where no run gives its settings.</param>
public sealed record StudyAddress(
    string? Tables = null,
    string? Learners = null,
    string? Kinds = null,
    string? Seeds = null,
    string? Protocol = null,
    string? Like = null,
    string? Recipe = null,
    string? Name = null,
    string? Launcher = null
)
{
    const string Question = "/experiments/";

    /// <summary>The address of a question's form.</summary>
    public string Of(string experiment)
    {
        var query = Query.Where(p => p.Value is string).Select(p => $"{p.Key}={Uri.EscapeDataString((string)p.Value!)}").ToArray();
        return Question + experiment + (query.Length == 0 ? "" : "?" + string.Join('&', query));
    }

    /// <summary>The form of the robustness board of a table.</summary>
    /// <param name="run">A run whose learners with their settings are taken; null for the question's.</param>
    public static string OfRobustness(Guid table, string? run = null) =>
        new StudyAddress(Tables: table.ToString("N"), Like: run).Of("robustness");

    public IReadOnlyDictionary<string, object?> Query =>
        new Dictionary<string, object?>
        {
            ["tables"] = Tables,
            ["learners"] = Learners,
            ["kinds"] = Kinds,
            ["seeds"] = Seeds,
            ["protocol"] = Protocol,
            ["like"] = Like,
            ["recipe"] = Recipe,
            ["name"] = Name,
            ["launcher"] = Launcher,
        };

    public static string Write(IEnumerable<StudyKind> kinds) =>
        string.Join(
            ';',
            kinds.Select(k => $"{k.Name}:{string.Join(',', k.Levels.Select(l => l.ToString("R", CultureInfo.InvariantCulture)))}")
        );

    /// <exception cref="ArgumentException">A level is not a number.</exception>
    public static IReadOnlyList<StudyKind> ReadKinds(string text) => [.. List(text, ';').Select(ReadKind)];

    static StudyKind ReadKind(string text)
    {
        var parts = text.Split(':', 2);
        var name = parts[0].Split('/', 2);
        return new(
            name[0],
            name.Length > 1 ? name[1] : null,
            [
                .. List(parts.Length > 1 ? parts[1] : "")
                    .Select(t =>
                        double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var level)
                            ? level
                            : throw new ArgumentException($"the address has a level '{t}', which is not a number")
                    ),
            ]
        );
    }

    public static string[] List(string text, char separator = ',') =>
        text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
