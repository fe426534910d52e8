using System.Globalization;
using System.Text.RegularExpressions;
using LiftLab.Engine.Hub;

namespace LiftLab.Engine.OpenMl;

/// <summary>How a person names a dataset of OpenML: by its id, or by its name with or without a version.</summary>
/// <param name="Id">The id of the dataset; null where it is named.</param>
/// <param name="Version">The version of the name; null where there may be several.</param>
/// <param name="Format">The wanted format of the file; null: the one with a checksum.</param>
public sealed partial record OpenMlName(int? Id, string? Name = null, int? Version = null, OpenMlFormat? Format = null)
{
    /// <summary>What stands before a name on the command line ("openml:61").</summary>
    public const string Prefix = "openml:";

    const string Forms = "Write the id of a dataset (61), its name (iris), its name and version (iris@1), or the address of its page.";

    /// <summary>Reads "61", "iris", "iris@1", the same with "openml:" before and "#parquet" behind, or the address of a page.</summary>
    /// <exception cref="HubException">It is none of these, or names a task.</exception>
    public static OpenMlName Parse(string text)
    {
        text = text.Trim();
        if (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            text = text[Prefix.Length..].Trim();
        if (TaskAddress().Match(text) is { Success: true } task)
            throw IsTask($"'{text}' names task {task.Groups["id"].Value} and not a dataset");
        if (DataAddress().Match(text) is { Success: true } address)
            return new(Number(address.Groups["id"].Value, text));
        OpenMlFormat? format = null;
        if (text.LastIndexOf('#') is > 0 and var mark)
            (text, format) = (
                text[..mark],
                text[(mark + 1)..].ToLowerInvariant() switch
                {
                    "parquet" or "pq" => OpenMlFormat.Parquet,
                    "arff" or "file" => OpenMlFormat.Original,
                    var other => throw new HubException(
                        "name-impossible",
                        $"'{other}' is no format of OpenML",
                        "Write #arff or #parquet behind the name."
                    ),
                }
            );
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
            return new(Number(text, text), Format: format);
        if (NameForm().Match(text) is not { Success: true } name)
            throw new HubException("name-impossible", $"'{text}' is no name of a dataset on OpenML", Forms);
        return new(
            null,
            name.Groups["name"].Value,
            name.Groups["version"].Success ? Number(name.Groups["version"].Value, text) : null,
            format
        );
    }

    public override string ToString() =>
        Id is { } id ? id.ToString(CultureInfo.InvariantCulture)
        : Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{Name}@{version}")
        : Name!;

    internal static HubException IsTask(string what) =>
        new("is-a-task", what, "A task asks a question about a dataset: give the id of the dataset, which the page of the task names.");

    static int Number(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new HubException("name-impossible", $"'{text}' is no id of a dataset on OpenML", Forms);

    [GeneratedRegex(@"^(https?://[^\s?]*/)?(t|task|tasks)/(?<id>[0-9]+)\b|^https?://\S*type=task\S*[?&]id=(?<id>[0-9]+)", Insensitive)]
    private static partial Regex TaskAddress();

    [GeneratedRegex(
        @"^(https?://[^\s?]*/)?(d|data|datasets)/(?<id>[0-9]+)\b|^https?://\S*type=data\S*[?&]id=(?<id>[0-9]+)|^https?://\S*[?&]id=(?<id>[0-9]+)\S*type=data",
        Insensitive
    )]
    private static partial Regex DataAddress();

    [GeneratedRegex(@"^(?<name>[\w.\-(),+]{1,128})(@(?<version>[0-9]{1,6}))?$", Insensitive)]
    private static partial Regex NameForm();

    const RegexOptions Insensitive = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
}
