namespace LiftLab.Engine.Tables;

/// <summary>Where a table was downloaded from; kept with it.</summary>
/// <param name="Title">Name and version at the source ("iris, version 1").</param>
/// <param name="Page">Address of the page that describes it.</param>
/// <param name="File">Address of the downloaded file.</param>
/// <param name="Licence">As the source names it; null where it names none.</param>
/// <param name="Checksum">Algorithm and hash of the file ("md5 ad48…").</param>
/// <param name="IsChecked">Whether the source publishes this checksum, so that the file was compared with it.</param>
public sealed record TableSource(
    string Service,
    string Title,
    string Page,
    string File,
    string? Licence,
    string Checksum,
    bool IsChecked,
    DateTime FetchedUtc
)
{
    public IReadOnlyList<string> Creators { get; init; } = [];
    public string? Citation { get; init; }

    /// <summary>The description of the source, as plain text.</summary>
    public string? Description { get; init; }
}
