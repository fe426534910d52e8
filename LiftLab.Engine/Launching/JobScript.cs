namespace LiftLab.Engine.Launching;

/// <summary>What was submitted last, kept in the folder of the run or study.</summary>
public static class JobScript
{
    const string Name = "job.sh";

    public static string FileOf(string folder) => Path.Combine(folder, Name);

    /// <summary>Null where nothing was submitted through a script.</summary>
    public static string? Read(string folder)
    {
        try
        {
            return File.Exists(FileOf(folder)) ? File.ReadAllText(FileOf(folder)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <exception cref="LaunchFailedException">The folder cannot be written.</exception>
    internal static void Keep(string folder, string script)
    {
        try
        {
            File.WriteAllText(FileOf(folder), script);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LaunchFailedException($"{FileOf(folder)} cannot be written: {e.Message}", e);
        }
    }
}
