using System.CommandLine;
using System.Text.Json;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Engine.Commands.Runs;

/// <summary>
/// <c>boundary RUN</c>: draws the decision boundaries, response surfaces or response curves of a run's learners over any features and
/// writes one JSON line per step.
/// </summary>
static class BoundaryCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run folder") { Description = "A run with finished learners." };
        var x = new Option<string>("--x") { Description = "A numeric feature.", Required = true };
        var y = new Option<string?>("--y")
        {
            Description =
                "Another numeric feature. Where the target is a number it can be left out for a response curve over --x, or be a category column for one line per category.",
        };
        var hold = new Option<string?>("--hold")
        {
            Description =
                "JSON object of fixed cells of other features: {\"age\": \"40\"}. Features left out are fixed at their median or most frequent cell.",
        };
        var size = new Option<int?>("--size")
        {
            Description =
                $"Points along each axis, {BoundaryRequest.Least} to {BoundaryRequest.Most}. Default: {BoundarySurface.SurfacePoints}, for a curve {BoundarySurface.CurvePoints}.",
        };
        var progress = new Option<string?>("--progress")
        {
            Description = "A file for the JSON lines, instead of standard output. Other programs can read it while it is written.",
        };
        var refit = new Option<bool>("--refit") { Description = "Fit learners again whose kept models were deleted." };
        var command = new Command(
            "boundary",
            "Draws the decision boundaries of a finished run over two features, or for a number its response surfaces or curves, and stores them in the run folder."
        )
        {
            folder,
            x,
            y,
            hold,
            size,
            progress,
            refit,
        };
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(async () =>
                {
                    var run = RunFolder.Open(parsed.GetValue(folder)!);
                    var request = BoundaryRequest.Of(
                        new(parsed.GetValue(x)!, parsed.GetValue(y)),
                        Held(parsed.GetValue(hold)),
                        run.ReadSpec().Schema
                    );
                    if (parsed.GetValue(size) is { } points)
                        request = request with { Size = InRange(points) };
                    await using var file = parsed.GetValue(progress) is { } path ? new StreamWriter(path) : null;
                    var output = file ?? parsed.InvocationConfiguration.Output;
                    var gate = new Lock();
                    await new BoundaryDrawing(run, Engine.Find, parsed.GetValue(refit)).DrawAsync(
                        request,
                        line =>
                        {
                            lock (gate)
                            {
                                output.WriteLine(JsonSerializer.Serialize(line, RunJson.Line));
                                output.Flush();
                            }
                        },
                        cancel
                    );
                    return ExitCode.Done;
                })
        );
        return command;
    }

    static int InRange(int size) =>
        size is >= BoundaryRequest.Least and <= BoundaryRequest.Most
            ? size
            : throw new ArgumentException($"--size: give {BoundaryRequest.Least} to {BoundaryRequest.Most}");

    static Dictionary<string, string> Held(string? json)
    {
        if (json is null)
            return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"--hold: expected a JSON object of texts, such as {{\"age\": \"40\"}} ({e.Message})", e);
        }
    }
}
