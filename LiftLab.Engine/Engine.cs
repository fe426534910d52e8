using LiftLab.Engine.Baselines;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Instruct;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;
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
            (spec, task, context) => new LiftLearner(LiftSettings.Of(spec, task), context, TimeProvider.System)
        )
        {
            Kind = LearnerKind.Lift,
            Edition = 2,
            Complete = (spec, task) => LiftSettings.Of(spec, task).ToJson(),
            // As TorchRuntime.FitThreads: the built-in model is small.
            UsesOneProcessor = (spec, task) => LiftSettings.Of(spec, task).Model == LiftSettings.BuiltIn && !DeviceMemory.Read().OnCard,
            Check = LiftPlan.Check,
            Plan = LiftPlan.Of,
            Work = LiftWork.Of,
            Longer = LiftSettings.Longer,
        },
        new(
            InContextSettings.LearnerName,
            LiftWays.InContext.Title,
            AllTasks,
            (spec, task, _) => new InContextLearner(InContextSettings.Of(spec, task))
        )
        {
            Kind = LearnerKind.LiftWay,
            DrawnOnDemand = true,
        },
        new(
            AverageLearner.LearnerName,
            LiftWays.Average.Title,
            AllTasks,
            (spec, task, context) => Average(AverageSettings.Of(spec, task), context)
        )
        {
            Kind = LearnerKind.LiftWay,
            Edition = 2,
            BuildsOnMain = true,
            DrawnOnDemand = true,
        },
        new(
            OpenAiSettings.LearnerName,
            OpenAiSettings.Title,
            AllTasks,
            (spec, task, context) => new OpenAiLearner(OpenAiSettings.Of(spec, task), context, TimeProvider.System)
        )
        {
            Kind = LearnerKind.Lift,
            NeedsSettings = true,
            IsPaid = (_, _) => true,
            AnswerPrice = OpenAiPlan.AnswerPrice,
            DrawnOnDemand = true, // every point of a grid is a question that costs money
            Complete = (spec, task) => OpenAiSettings.Of(spec, task).ToJson(),
            Check = OpenAiPlan.Check,
            Plan = OpenAiPlan.Of,
        },
        new(
            InstructLearner.LearnerName,
            InstructLearner.Title,
            [TaskKind.Classification],
            (spec, task, context) => new InstructLearner(LiftSettings.Of(spec, task), context, TimeProvider.System)
        )
        {
            Kind = LearnerKind.Lift,
            NeedsSettings = true,
            DrawnOnDemand = true,
            Complete = (spec, task) => LiftSettings.Of(spec, task).ToJson(),
            Check = InstructPlan.Check,
            Plan = (spec, task, _, cancel) => InstructPlan.Of(spec, task, cancel),
        },
        .. BaselineList.All.Select(b => new LearnerEntry(
            b.Name,
            b.Title,
            b.Tasks,
            (spec, _, context) => BaselineList.Create(spec, context.Processors)
        )
        {
            Plan = (spec, task, machine, _) => BaselinePlan.Of(spec, task, machine),
        }),
    ];

    /// <summary>Takes LIFT as the run has fitted it; outside a run it fits its own.</summary>
    static AverageLearner Average(AverageSettings settings, RunContext context)
    {
        var main = context.MainFolder is { } folder && FittedFolder.IsThere(folder) ? folder : null;
        return new(new LiftLearner(settings.Tuned, context, TimeProvider.System), new InContextLearner(settings.InContext), main);
    }

    /// <exception cref="ArgumentException">No learner of that name; the message lists those there are.</exception>
    public static LearnerEntry Find(string name) =>
        Learners.FirstOrDefault(l => l.Name == name)
        ?? throw new ArgumentException($"there is no learner '{name}'; there are {string.Join(", ", Learners.Select(l => l.Name))}");

    /// <summary>Whether one of the learners asks a provider, with a key that the environment of its process holds.</summary>
    public static bool NeedsKey(IEnumerable<LearnerSpec> learners, TaskKind task) =>
        learners.Any(l => Learners.FirstOrDefault(e => e.Name == l.Name)?.IsPaid(l, task) == true);

    /// <summary>What the run's learner computes on: "cpu", "cuda:0".</summary>
    public static string DeviceOf(RunSpec spec) => spec.Learner.Name == LiftSettings.LearnerName ? TorchRuntime.Pick().ToString() : "cpu";

    /// <summary>Asks the graphics card that runs compute on how busy it is; null where they compute on the processor.</summary>
    public static Func<DeviceUse?>? DeviceUse() =>
        DeviceMemory.Read().OnCard ? () => GraphicsCard.Read() is { } card ? new(card.Used, card.Memory, card.Utilisation) : null : null;

    /// <summary>
    /// Makes the folder of a run that can work, with its split and a copy of what its learner starts from; it appears whole or not at all.
    /// </summary>
    /// <exception cref="BadDataException">The run cannot work, with every reason.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public static RunFolder CreateRun(string root, RunSpec spec, Table table)
    {
        var split = Check(spec, table).Split;
        return RunFolder.Create(
            root,
            spec,
            table,
            folder =>
            {
                folder.KeepSplit(split);
                if (spec.Learner.Name == LiftSettings.LearnerName)
                    StartWeights.Keep(LiftSettings.Of(spec.Learner, spec.Schema.Task), folder.CheckpointFolder(spec.Learner.Name));
            }
        );
    }

    /// <summary>Makes the folder of a run whose split is given, of a file that a client of the API has uploaded.</summary>
    /// <param name="fill">Adds other files of the run.</param>
    /// <exception cref="BadDataException">The learner cannot learn this, with every reason.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public static RunFolder CreateRun(string root, RunSpec spec, Table table, Split split, Action<RunFolder> fill)
    {
        var task = new LearningTask(table, spec.Schema, split);
        Problem[] errors =
        [
            .. Find(spec.Learner.Name).Check(spec.Learner, task, CancellationToken.None).Where(p => p.Severity == Severity.Error),
        ];
        if (errors.Length > 0)
            throw new BadDataException(errors);
        return RunFolder.Create(
            root,
            spec,
            table,
            folder =>
            {
                folder.KeepSplit(split);
                fill(folder);
            }
        );
    }

    /// <summary>Everything that would make this run fail before it has learned anything, found before it starts.</summary>
    /// <returns>What the run's learners are given.</returns>
    /// <exception cref="BadDataException">With every reason.</exception>
    public static LearningTask Check(RunSpec spec, Table table)
    {
        var check = RunCheck.Of(spec, table, Find);
        return check is { Task: { } task, Errors.Count: 0 } ? task : throw new BadDataException(check.Errors);
    }

    /// <summary>What a run would do and take on this machine. Nothing is trained, nothing is written.</summary>
    /// <param name="paces">Of finished runs on this machine, newest first.</param>
    /// <param name="priceFile">The lab's own list of prices; null for the one that comes with LiftLab.</param>
    public static RunPlan Plan(
        RunSpec spec,
        Table table,
        IReadOnlyList<MeasuredPace> paces,
        string? priceFile = null,
        CancellationToken cancel = default
    )
    {
        var device = DeviceMemory.Read();
        var machine = new MachineFacts(device.Bytes, device.OnCard, device.Name, paces)
        {
            Available = device.Available,
            HasBFloat16 = device.HasBFloat16,
            PriceFile = priceFile,
        };
        return RunPlan.Of(spec, table, Find, machine, cancel);
    }

    /// <summary>Estimated bytes of memory that a worker with the models of a finished run takes.</summary>
    /// <param name="runPath">The run's folder, or a model's.</param>
    public static long ResidentBytes(string runPath)
    {
        if (TextModel.IsThere(runPath))
            return ResidentProgram + TextModel.BytesOf(runPath);
        var (fitted, device) = (FittedFolder.Of(runPath), DeviceMemory.Read());
        try
        {
            var instruct = Path.Combine(runPath, "fitted", InstructLearner.LearnerName);
            return FittedFolder.IsThere(fitted) ? FittedMemory.Of(fitted, device.Bytes, device.OnCard)
                : TextModel.IsThere(instruct) ? ResidentProgram + TextModel.BytesOf(instruct)
                : ResidentProgram;
        }
        catch (Exception e) when (e is Models.Files.ModelFolderException or IOException or UnauthorizedAccessException)
        {
            return ResidentProgram; // the worker says what is wrong with the model
        }
    }

    /// <summary>The program with baselines only, measured.</summary>
    const long ResidentProgram = 120L << 20;

    /// <summary>Bytes of memory that are free on the device of models now; null where this is not known.</summary>
    public static long? FreeBytes() =>
        DeviceMemory.Read() is { OnCard: false, Available: var free } ? free
        : GraphicsCard.Read() is { } card ? card.Memory - card.Used
        : null;
}
