using System.CommandLine;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands;

/// <summary>
/// <c>reindex</c>: puts the lab's database aside; the dashboard makes it again from the run folders when it starts. Looks at every
/// folder first, so that what would be left out is known before.
/// </summary>
static class ReindexCommand
{
    const string Database = "liftlab.db";

    public static Command Create()
    {
        var lab = new Option<string>("--lab") { Description = "The lab folder.", DefaultValueFactory = _ => "lab" };
        var json = new Option<bool>("--json") { Description = "One JSON document." };
        var command = new Command("reindex", "Has the database made again from the run folders. The dashboard must be stopped.")
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
                    runs++;
                }
                catch (BadDataException e)
                {
                    problems.Add($"{Path.GetFileName(path)}: {e.Message}");
                }
            // Kept, not deleted: names of datasets and places in the queue are only in there.
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
