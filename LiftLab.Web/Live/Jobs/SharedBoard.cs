using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Live.Jobs;

/// <summary>
/// What the leading dashboard knows of the jobs, for the pages of the others: a file in the lab's folder. Only where dashboards share
/// a lab.
/// </summary>
public sealed class SharedBoard(LabFolder lab, RunJobs runs, StudyJobs studies)
{
    byte[] written = [];

    sealed record Content(
        Dictionary<string, LabJob> Runs,
        Dictionary<string, LabJob> Studies,
        Dictionary<string, string> Reasons,
        Dictionary<string, StudyProgress> Progress
    );

    string Path => System.IO.Path.Combine(lab.Path, "board.json");

    /// <summary>By the leading dashboard after each round. A full disk loses words of pages and nothing else.</summary>
    public void Write()
    {
        if (!lab.IsShared)
            return;
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new Content(new(runs.Views), new(studies.Views), new(runs.Reasons), new(studies.Progress)),
            RunJson.Line
        );
        if (content.AsSpan().SequenceEqual(written))
            return;
        try
        {
            RunFolder.WriteWhole(Path, stream => stream.Write(content));
            written = content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>By the others.</summary>
    /// <returns>Whether it has changed.</returns>
    public bool Read()
    {
        try
        {
            var content = File.ReadAllBytes(Path);
            if (content.AsSpan().SequenceEqual(written))
                return false;
            if (JsonSerializer.Deserialize<Content>(content, RunJson.Line) is not { } board)
                return false;
            runs.Show(board.Runs, board.Reasons);
            studies.Show(board.Studies, board.Progress);
            written = content;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
