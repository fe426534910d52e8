namespace LiftLab.Engine;

/// <summary>Tells folders on a network file system from those on a disk of this machine.</summary>
public static class NetworkFolder
{
    /// <summary>Whether the folder lies on NFS, SMB, Lustre or another file system of a network; false where it is not known.</summary>
    public static bool Is(string folder)
    {
        var path = Path.GetFullPath(folder);
        if (path.StartsWith(@"\\", StringComparison.Ordinal))
            return true;
        try
        {
            return new DriveInfo(path).DriveType == DriveType.Network;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
