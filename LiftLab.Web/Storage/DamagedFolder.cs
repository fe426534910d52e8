namespace LiftLab.Web.Storage;

/// <summary>What a folder of the lab holds.</summary>
public enum FolderContent
{
    Run,
    Dataset,
}

/// <summary>A folder of the lab that cannot be read and is therefore in no list.</summary>
/// <param name="Name">The folder's own name: the id of the run or dataset.</param>
/// <param name="Path">Full path.</param>
/// <param name="Why">What is wrong with it.</param>
public sealed record DamagedFolder(FolderContent Content, string Name, string Path, string Why);
