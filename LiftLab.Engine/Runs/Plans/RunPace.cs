using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Plans;

/// <summary>Training paces of finished runs on this machine.</summary>
public static class RunPace
{
    /// <summary>Null if the run is not finished, has no steps, ran on another machine, or its folder cannot be read.</summary>
    public static MeasuredPace? Of(RunFolder folder)
    {
        try
        {
            if (AttemptFile.LastStart(folder) is not { } started || started.Host != Environment.MachineName)
                return null;
            if (folder.ReadTokensPerSecond() is not (> 0 and var pace))
                return null;
            var spec = folder.ReadSpec();
            return new(spec.Learner, spec.Schema.Task, started.Device.StartsWith("cuda", StringComparison.Ordinal), pace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or BadDataException)
        {
            return null;
        }
    }

    /// <summary>The newest paces of a folder of runs, newest first; empty if there is no such folder.</summary>
    /// <param name="most">Maximum number of runs that are read.</param>
    public static IReadOnlyList<MeasuredPace> Newest(string root, int most = 30) =>
        Directory.Exists(root)
            ?
            [
                .. Directory
                    .EnumerateDirectories(root)
                    .OrderByDescending(path => Path.GetFileName(path), StringComparer.Ordinal)
                    .Take(most)
                    .Select(path => RunFolder.Find(root, Path.GetFileName(path)))
                    .OfType<RunFolder>()
                    .Select(Of)
                    .OfType<MeasuredPace>(),
            ]
            : [];
}
