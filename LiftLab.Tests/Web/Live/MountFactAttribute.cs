using System.Diagnostics;

namespace LiftLab.Tests.Web.Live;

/// <summary>A test that mounts a small file system. Shown as skipped, with the reason, where the system does not let us.</summary>
sealed class MountFactAttribute : FactAttribute
{
    /// <param name="browser">Whether it needs a browser too.</param>
    public MountFactAttribute(bool browser = false)
    {
        if (browser && EndToEnd.Browser.BrowserSkip.Reason is { } reason)
        {
            Skip = reason;
            return;
        }
        var probe = Directory.CreateTempSubdirectory("liftlab-mount-").FullName;
        if (Mount(probe))
            Unmount(probe);
        else
            Skip = "mounting a tmpfs is not permitted here (it takes root and the right to mount)";
        Directory.Delete(probe);
    }

    public static bool Mount(string folder, string size = "512k") =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder);

    /// <summary>Makes a folder read-only, also for files that are open; <see cref="Unmount"/> ends it.</summary>
    public static bool MountReadOnly(string folder) =>
        Run("mount", "--bind", folder, folder) && Run("mount", "-o", "remount,bind,ro", folder);

    public static void Unmount(string folder) => Assert.True(Run("umount", folder));

    static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
