using System.CommandLine;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Runs;

/// <summary>
/// <c>reindex</c>: renames the lab's database, so that the dashboard rebuilds it from the run folders when it starts. Reads every run
/// folder first and reports those that cannot be indexed.
/// </summary>
static class ReindexCommand
{
    const string Database = "liftlab.db";

    public static Command Create()
    {
        var lab = new Option<string>("--lab") { Description = "The lab folder.", DefaultValueFactory = _ => "lab" };
        var json = new Option<bool>("--json") { Description = "One JSON document." };
        var command = new Command(
            "reindex",
            "Makes the dashboard rebuild its database from the run folders at its next start. The dashboard must be stopped."
        )
        {
            lab,
            json,
        };
        command.SetAction(
            (parsed, _) =>
                Failures.Answer(() =>
                    RunAsync(
                        parsed.GetValue(lab)!,
                        parsed.GetValue(json),
                        parsed.InvocationConfiguration.Output,
                        parsed.InvocationConfiguration.Error
                    )
                )
        );
        return command;
    }

    static async Task<int> RunAsync(string lab, bool json, TextWriter output, TextWriter error)
    {
        if (!Directory.Exists(lab))
            throw new DirectoryNotFoundException($"there is no lab folder '{Path.GetFullPath(lab)}'");
        var held = Hold(lab);
        if (held is null)
        {
            await error.WriteLineAsync($"A dashboard has the lab '{Path.GetFullPath(lab)}' open. Stop it first.");
            return ExitCode.ServiceRefused;
        }
        await using (held)
        {
            var (runs, problems) = (0, new List<string>());
            foreach (var path in Directory.Exists(Path.Combine(lab, "runs")) ? Directory.GetDirectories(Path.Combine(lab, "runs")) : [])
                try
                {
                    var run = RunFolder.Open(path);
                    run.ReadSpec();
                    RunStory.Read(run, learner: null);
                    run.ReadReport();
                    runs++;
                }
                catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
                {
                    problems.Add($"{Path.GetFileName(path)}: {e.Message}");
                }
            // Renamed, not deleted: only the database holds the names of datasets and the order of the queue.
            foreach (var file in Directory.GetFiles(lab, Database + "*").Where(f => !f.Contains(".before-", StringComparison.Ordinal)))
                File.Move(file, file.Replace(Database, Database + ".before-reindex", StringComparison.Ordinal), overwrite: true);
            if (json)
                await output.WriteLineAsync(JsonSerializer.Serialize(new { runs, problems }, RunJson.Pretty));
            else
            {
                await output.WriteLineAsync($"{runs} runs will be in the index when the dashboard starts.");
                foreach (var problem in problems)
                    await output.WriteLineAsync("left out: " + problem);
            }
            return ExitCode.Done;
        }
    }

    static FileStream? Hold(string lab)
    {
        try
        {
            return new(Path.Combine(lab, "lab.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
