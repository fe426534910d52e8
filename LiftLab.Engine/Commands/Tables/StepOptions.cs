using System.CommandLine;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Engine.Commands.Tables;

/// <summary>The options that change a table after it was read, step by step.</summary>
sealed class StepOptions
{
    readonly Option<string?> file = new("--steps")
    {
        HelpName = "FILE",
        Description =
            "Steps that change the table after reading, as the dataset page saves them in JSON; the file of the table stays as it is.",
    };
    readonly Option<string[]> single = new("--step")
    {
        HelpName = "JSON",
        Description =
            $"One step after those of --steps, for example '{{\"step\":\"fill-missing\",\"column\":\"age\",\"with\":\"median\"}}'. Steps: {string.Join(", ", StepFile.Kinds)}. Can be given several times.",
    };
    readonly Option<int[]> without = new("--without-step")
    {
        HelpName = "N",
        Description = "Leaves out step N, counted from 1. Can be given several times.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[file, single, without])
            command.Options.Add(option);
    }

    /// <summary>The table after the steps; each step's result is written to standard error.</summary>
    /// <exception cref="ArgumentException">There is no step of a number.</exception>
    /// <exception cref="BadDataException">The file is no list of steps, or a step does not apply.</exception>
    public async Task<OpenedTable> ApplyAsync(ParseResult parsed, OpenedTable opened, CancellationToken cancel)
    {
        var steps = await StepsAsync(parsed, cancel);
        var off = parsed.GetValue(without) ?? [];
        if (off.FirstOrDefault(n => n < 1 || n > steps.Count) is var wrong && wrong != 0 || off.Contains(0))
            throw new ArgumentException($"--without-step: there is no step {wrong}; there are {steps.Count}");
        if (steps.Count == 0)
            return opened;
        var stepped = await Task.Run(() => SteppedTable.Of(opened.Table, steps, off), cancel);
        foreach (var outcome in stepped.Outcomes)
            await parsed.InvocationConfiguration.Error.WriteLineAsync(outcome.ToString());
        return opened.With(stepped.Demanded(number => $"--without-step {number}"));
    }

    async Task<IReadOnlyList<TableStep>> StepsAsync(ParseResult parsed, CancellationToken cancel)
    {
        var singles = (parsed.GetValue(single) ?? []).Select(StepFile.ReadOne);
        if (parsed.GetValue(file) is not { } path)
            return [.. singles];
        if (!File.Exists(path))
            throw new BadDataException([
                new(Severity.Error, "no-such-file", $"the file '{path}' does not exist", "Check the path of --steps."),
            ]);
        return [.. StepFile.Read(await File.ReadAllTextAsync(path, cancel)), .. singles];
    }
}
