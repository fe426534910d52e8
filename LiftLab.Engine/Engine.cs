using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine;

/// <summary>Composition: the one place that knows every learner, and turns a name with settings into one.</summary>
public static class Engine
{
    static readonly TaskKind[] AllTasks = Enum.GetValues<TaskKind>();

    /// <summary>LIFT, its other ways to predict, and the baselines.</summary>
    public static IReadOnlyList<LearnerEntry> Learners { get; } =
    [
        new(
            LiftSettings.LearnerName,
            LiftWays.FineTuned.Title,
            AllTasks,
            (spec, task, context) => new LiftLearner(LiftSettings.Parse(spec.Settings, task), context, TimeProvider.System)
        )
        {
            Kind = LearnerKind.Lift,
        },
        new(
            InContextSettings.LearnerName,
            LiftWays.InContext.Title,
            AllTasks,
            (spec, _, _) => new InContextLearner(InContextSettings.Parse(spec.Settings))
        )
        {
            Kind = LearnerKind.LiftWay,
            DrawnOnDemand = true,
        },
        new(AverageLearner.LearnerName, LiftWays.Average.Title, AllTasks, (spec, task, context) => Average(spec.Settings, task, context))
        {
            Kind = LearnerKind.LiftWay,
            BuildsOnMain = true,
            DrawnOnDemand = true,
        },
        .. BaselineList.All.Select(b => new LearnerEntry(
            b.Name,
            b.Title,
            b.Tasks,
            (spec, _, context) => BaselineList.Create(spec, context.Processors)
        )
        {
            Refit = BaselineList.Refit,
        }),
    ];

    /// <summary>Takes LIFT as the run has fitted it; outside a run it fits its own.</summary>
    static AverageLearner Average(JsonObject? settings, TaskKind task, RunContext context)
    {
        var fitted = context.MainFolder is { } main && FittedFolder.IsThere(main) ? new RunContext(main) : context;
        return new(
            new LiftLearner(LiftSettings.Parse(settings?[LiftSettings.LearnerName] as JsonObject, task), fitted, TimeProvider.System),
            new InContextLearner(InContextSettings.Parse(settings?[InContextSettings.LearnerName] as JsonObject))
        );
    }

    /// <exception cref="ArgumentException">No learner of that name; the message lists those there are.</exception>
    public static LearnerEntry Find(string name) =>
        Learners.FirstOrDefault(l => l.Name == name)
        ?? throw new ArgumentException($"there is no learner '{name}'; there are {string.Join(", ", Learners.Select(l => l.Name))}");

    /// <summary>What the run's learner computes on: "cpu", "cuda:0".</summary>
    public static string DeviceOf(RunSpec spec) => spec.Learner.Name == LiftSettings.LearnerName ? TorchRuntime.Pick().ToString() : "cpu";

    /// <summary>Asks the graphics card that runs compute on how busy it is; null where they compute on the processor.</summary>
    public static Func<DeviceUse?>? DeviceUse() =>
        DeviceMemory.Read().OnCard ? () => GraphicsCard.Read() is { } card ? new(card.Used, card.Memory, card.Utilisation) : null : null;

    /// <summary>
    /// Makes the folder of a run that can work, with a copy of what its learner starts from; it appears whole or not at all.
    /// </summary>
    /// <exception cref="BadDataException">The run cannot work, with every reason.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public static RunFolder CreateRun(string root, RunSpec spec, Table table)
    {
        Check(spec, table);
        return RunFolder.Create(
            root,
            spec,
            table,
            folder =>
            {
                if (spec.Learner.Name == LiftSettings.LearnerName)
                    StartWeights.Keep(
                        LiftSettings.Parse(spec.Learner.Settings, spec.Schema.Task),
                        folder.CheckpointFolder(spec.Learner.Name)
                    );
            }
        );
    }

    /// <summary>Everything that would make this run fail before it has learned anything, found before it starts.</summary>
    /// <exception cref="BadDataException">With every reason.</exception>
    public static void Check(RunSpec spec, Table table)
    {
        var errors = TableCheck.Problems(table, spec.Schema).Where(p => p.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
            throw new BadDataException(errors);
        var task = new LearningTask(table, spec.Schema, SplitMaker.Make(table, spec.Schema, spec.SplitSeed));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var learner in (LearnerSpec[])[spec.Learner, .. spec.Baselines])
        {
            if (!names.Add(learner.Name))
                errors.Add(Wrong("learner-twice", $"the run names {learner.Name} twice", "Name each learner once."));
            try
            {
                var entry = Find(learner.Name);
                if (!entry.Tasks.Contains(task.Kind))
                    errors.Add(
                        Wrong("wrong-task", $"{entry.Title} does not learn {task.Target.Plural}", "Leave it out, or change the task.")
                    );
                else
                    entry.Create(learner, task.Kind, new(""));
                if (learner.Name == LiftSettings.LearnerName)
                    StartWeights.Check(LiftSettings.Parse(learner.Settings, task.Kind));
            }
            catch (ModelFolderException e)
            {
                errors.Add(Wrong(e.Code, e.What, e.WhatToDo));
            }
            catch (ArgumentException e)
            {
                errors.Add(Wrong("bad-setting", e.Message, "Correct the settings."));
            }
        }
        if (spec.Boundary is { } pair)
            try
            {
                _ = new BoundarySurface(task, pair.X, pair.Y, 2);
            }
            catch (BadDataException e)
            {
                errors.AddRange(e.Problems);
            }
        if (errors.Count > 0)
            throw new BadDataException(errors);
    }

    static Problem Wrong(string code, string what, string whatToDo) => new(Severity.Error, code, what, whatToDo);
}
