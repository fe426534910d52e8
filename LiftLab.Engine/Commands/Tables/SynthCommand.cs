using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Synthetic;

namespace LiftLab.Engine.Commands.Tables;

/// <summary><c>synth</c>: writes a part of one of the paper's synthetic tables, or a grid over its features, as CSV or prompts.</summary>
static class SynthCommand
{
    static readonly string[] Parts = ["train", "valid", "test", "all", "grid", "grid-prompts"];

    public static Command Create()
    {
        var function = new Argument<string>("function") { Description = "One of: " + string.Join(" ", SyntheticTables.Functions) + "." };
        var dims = Option("--dims", 1, "Features (regression).");
        var low = Option("--low", -10.0, "Lower end of the features' range (regression).");
        var high = Option("--high", 10.0, "Upper end of the features' range (regression).");
        var integer = Option("--integer", false, "Round features and noisy targets to integers (regression).");
        var donut = Option("--donut", false, "No training rows in the middle third (regression).");
        var outliers = Option("--outliers", 0, "Outliers added to the training rows (regression).");
        var beta = Option("--beta", 0.9, "Slope of 'linear'.");
        var train = Option<int?>("--train", null, "Training rows; default: the paper's number.");
        var valid = Option<int?>("--valid", null, "Validation rows.");
        var test = Option<int?>("--test", null, "Test rows.");
        var seed = Option("--seed", 0, "Seed of the division into training and validation rows; the points have a seed of their own.");
        var noise = Option("--noise", 0.1, "Standard deviation of the noise; in regression relative to the function's.");
        var dataSeed = Option("--data-seed", 123, "Seed of the points; 123 in the paper.");
        var grid = Option<string?>(
            "--grid",
            null,
            "L,H,R: lower end, upper end and points per axis. Default: half a range beyond both ends, 200 points in one dimension, 10 in two."
        );
        var part = new Option<string>("--part") { Description = "One of: " + string.Join(" ", Parts) + ".", Required = true };
        var command = new Command("synth", "Writes one of the paper's synthetic tables.")
        {
            function,
            dims,
            low,
            high,
            integer,
            donut,
            outliers,
            beta,
            train,
            valid,
            test,
            seed,
            noise,
            dataSeed,
            grid,
            part,
        };
        command.SetAction(parsed =>
        {
            var settings = new SyntheticSettings(parsed.GetValue(function)!)
            {
                Dimensions = parsed.GetValue(dims),
                Low = parsed.GetValue(low),
                High = parsed.GetValue(high),
                Integer = parsed.GetValue(integer),
                Donut = parsed.GetValue(donut),
                Outliers = parsed.GetValue(outliers),
                Beta = parsed.GetValue(beta),
                Train = parsed.GetValue(train),
                Valid = parsed.GetValue(valid),
                Test = parsed.GetValue(test),
                Seed = parsed.GetValue(seed),
                Noise = parsed.GetValue(noise),
                DataSeed = parsed.GetValue(dataSeed),
            };
            try
            {
                Write(settings, parsed.GetValue(part)!, parsed.GetValue(grid), parsed.InvocationConfiguration.Output);
                return ExitCode.Done;
            }
            catch (Exception e) when (e is ArgumentException or BadDataException)
            {
                parsed.InvocationConfiguration.Error.WriteLine(e.Message);
                return ExitCode.WrongUsage;
            }
        });
        return command;
    }

    static void Write(SyntheticSettings settings, string part, string? grid, TextWriter output)
    {
        // Other programs read the rows, so the line end is the same on every system.
        output.NewLine = "\n";
        if (part is "grid" or "grid-prompts")
        {
            WriteGrid(settings, part == "grid-prompts", grid, output);
            return;
        }
        if (!Parts.Contains(part))
            throw new ArgumentException($"'{part}' is not a part; the parts are {string.Join(", ", Parts)}");
        var made = SyntheticTables.Make(settings);
        TableWriter.WriteCsv(
            made.Table.Take(
                part switch
                {
                    "train" => made.Split.Train,
                    "valid" => made.Split.Valid,
                    "test" => made.Split.Test,
                    _ => [.. Enumerable.Range(0, made.Table.RowCount)],
                }
            ),
            output
        );
    }

    static void WriteGrid(SyntheticSettings settings, bool prompts, string? grid, TextWriter output)
    {
        // Only the schema is used; this call also checks the settings.
        var schema = SyntheticTables.Make(settings).Schema;
        var features = schema.Features.Count;
        var (low, high, resolution) = Axis(settings, grid, features);
        var points = SyntheticTables.Grid(low, high, resolution, features);
        if (!prompts)
        {
            TableWriter.WriteCsv(points, output);
            return;
        }
        var template = PromptPresets.Named("paper", schema.Task);
        var writer = TablePrompts.Fit(template, points, schema, [], []);
        for (var row = 0; row < points.RowCount; row++)
            output.WriteLine(writer.Prompt(points, row));
    }

    static (double Low, double High, int Resolution) Axis(SyntheticSettings s, string? grid, int features)
    {
        if (grid is null)
            return (s.Low - (s.High - s.Low) / 2, s.High + (s.High - s.Low) / 2, features == 1 ? 200 : 10);
        var parts = grid.Split(',');
        return
            parts.Length == 3
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var low)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var high)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var resolution)
            ? (low, high, resolution)
            : throw new ArgumentException($"--grid: expected L,H,R such as -20,20,200, not '{grid}'");
    }

    static Option<T> Option<T>(string name, T fallback, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };
}
