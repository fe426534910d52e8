using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Baselines;

namespace LiftLab.Tests.Contracts;

/// <summary>The laws of fit, keep, open and predict, for every learner that a run can name and every task it learns.</summary>
public sealed class KeptContractTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("liftlab-kept-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Folder => Path.Combine(root, "kept");

    /// <summary>Enough steps that weights differ from the base model's.</summary>
    static readonly FineTune Short = FineTunePresets.ForLiftMini with { Members = 2, MinimumSteps = 3, MaximumSteps = 3, Epochs = 1 };

    static readonly InContextSettings Few = new() { Contexts = 3, Tokens = 64 };

    public static TheoryData<string, TaskKind> Learners()
    {
        var data = new TheoryData<string, TaskKind>();
        foreach (var entry in LiftLab.Engine.Engine.Learners.Where(e => !e.NeedsSettings)) // OpenAiLearnerTests keeps that of a provider
        foreach (var task in entry.Tasks)
            data.Add(entry.Name, task);
        return data;
    }

    ILearner Create(string name, TaskKind kind, RunContext? context = null)
    {
        var lift = (LiftSettings.Default(kind) with { Recipe = Short }).ToJson();
        JsonObject? settings = name switch
        {
            LiftSettings.LearnerName => lift,
            InContextSettings.LearnerName => Few.ToJson(),
            AverageLearner.LearnerName => new() { [LiftSettings.LearnerName] = lift, [InContextSettings.LearnerName] = Few.ToJson() },
            "tabpfn" => new() { ["model"] = Network() },
            _ => BaselineContractTests.Small(name),
        };
        return LiftLab.Engine.Engine.Find(name).Create(new(name, settings), kind, context ?? new(""));
    }

    string Network()
    {
        var file = Path.Combine(root, "toy.onnx");
        if (!File.Exists(file))
            ToyOnnx.Write(file, 8);
        return file;
    }

    /// <summary>The toy network for tabpfn knows two classes.</summary>
    static LearningTask Task(string name, TaskKind kind) =>
        LearnerLaws.Task(kind, target: (_, cell) => name == "tabpfn" && cell == "blue" ? "red" : cell);

    [Theory, MemberData(nameof(Learners))]
    public Task An_opened_model_answers_as_the_kept_one_bit_for_bit(string name, TaskKind kind) =>
        LearnerLaws.An_opened_model_answers_as_the_kept_one(() => Create(name, kind), Task(name, kind), Folder);

    [Theory, MemberData(nameof(Learners))]
    public Task Damage_to_a_kept_model_is_a_clear_error(string name, TaskKind kind) =>
        LearnerLaws.Damage_to_a_kept_model_is_a_clear_error(Create(name, kind), Task(name, kind), Folder);

    [Theory, MemberData(nameof(Learners))]
    public async Task Cancel_is_honoured(string name, TaskKind kind)
    {
        if (name != "tabpfn")
            await LearnerLaws.Cancel_is_honoured(Create(name, kind), kind);
        await LearnerLaws.Cancel_is_honoured_while_keeping_and_opening(Create(name, kind), Task(name, kind), Folder);
    }

    /// <summary>Where training knows one class, a constant stands in the algorithm's place.</summary>
    [Fact]
    public async Task A_model_of_one_class_is_kept_too()
    {
        var task = LearnerLaws.Task(TaskKind.Classification, target: (row, cell) => row % 5 == 1 ? cell : "red");
        await LearnerLaws.An_opened_model_answers_as_the_kept_one(() => Create("svm", task.Kind), task, Folder);
    }

    [Fact]
    public async Task Answers_that_cannot_be_read_stay_unreadable()
    {
        var task = LearnerLaws.Task(TaskKind.Classification);
        var recipe = Short with { Decode = DecodingMode.Sample, LearningRate = 1e-6 };
        var learner = new LiftLearner(LiftSettings.Default(task.Kind) with { Recipe = recipe }, new(""), TimeProvider.System);
        using var fitted = await learner.FitAsync(task, 1);
        await fitted.KeepAsync(Folder);
        using var opened = await learner.OpenAsync(Folder);
        var (before, after) = (
            await fitted.PredictAsync(task.Table, task.Split.Test),
            await opened.PredictAsync(task.Table, task.Split.Test)
        );
        Assert.Contains(before, a => a is Prediction.Unreadable);
        LearnerLaws.Identical(before, after);
    }

    [Fact]
    public async Task Adapters_answer_the_same_bits_when_they_are_opened()
    {
        var task = LearnerLaws.Task(TaskKind.Classification);
        var recipe = Short with { Method = FineTuneMethod.Lora, LoraRank = 4, LearningRate = 1e-2 };
        LiftLearner Lift() => new(LiftSettings.Default(task.Kind) with { Recipe = recipe }, new(""), TimeProvider.System);
        await LearnerLaws.An_opened_model_answers_as_the_kept_one(Lift, task, Folder);
    }

    /// <summary>In a run the average refers to LIFT beside it, by a path that holds when the run's folder moves.</summary>
    [Fact]
    public async Task The_average_refers_to_the_run_s_own_LIFT()
    {
        var task = LearnerLaws.Task(TaskKind.Regression);
        var (run, moved) = (Path.Combine(root, "run"), Path.Combine(root, "moved"));
        string Kept(string place, string name) => Path.Combine(place, "fitted", name);
        using (var lift = await Create(LiftSettings.LearnerName, task.Kind).FitAsync(task, 1))
            await lift.KeepAsync(Kept(run, "lift"));
        var learner = Create(AverageLearner.LearnerName, task.Kind, new("") { MainFolder = Kept(run, "lift") });
        using var fitted = await learner.FitAsync(task, 1);
        await fitted.KeepAsync(Kept(run, "average"));
        Assert.False(Directory.Exists(Path.Combine(Kept(run, "average"), "lift")));
        Directory.Move(run, moved);
        using var opened = await Create(AverageLearner.LearnerName, task.Kind).OpenAsync(Kept(moved, "average"));
        LearnerLaws.Identical(
            await fitted.PredictAsync(task.Table, task.Split.Test),
            await opened.PredictAsync(task.Table, task.Split.Test)
        );
    }

    [Fact]
    public async Task A_network_file_that_changed_is_refused()
    {
        var task = Task("tabpfn", TaskKind.Classification);
        using (var fitted = await Create("tabpfn", task.Kind).FitAsync(task, 1))
            await fitted.KeepAsync(Folder);
        ToyOnnx.Write(Network(), 9);
        var refused = await Assert.ThrowsAsync<LiftLab.Engine.Learning.Kept.KeptModelException>(() =>
            Create("tabpfn", task.Kind).OpenAsync(Folder)
        );
        Assert.Equal("model-file-changed", refused.Code);
    }
}
