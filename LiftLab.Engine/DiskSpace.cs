namespace LiftLab.Engine;

/// <summary>Tells a full or a read-only disk from other faults of files.</summary>
public static class DiskSpace
{
    // ENOSPC and EDQUOT of Linux, as .NET reports them, and ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    const int NoSpace = 28,
        OverQuota = 122,
        DiskFull = 0x70,
        HandleDiskFull = 0x27;

    // EROFS of Linux and macOS, ERROR_WRITE_PROTECT of Windows
    const int ReadOnly = 30,
        WriteProtected = 0x13;

    public static bool IsUsedUp(Exception e) =>
        e is IOException && (e.HResult is NoSpace or OverQuota || (e.HResult & 0xFFFF) is DiskFull or HandleDiskFull);

    /// <summary>Whether the file system is read-only.</summary>
    public static bool IsReadOnly(Exception e) =>
        e is IOException && (OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) == WriteProtected : e.HResult == ReadOnly);
}
