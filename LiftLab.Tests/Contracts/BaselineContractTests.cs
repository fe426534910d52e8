using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Contracts;

/// <summary>The learners' laws, for every baseline of the list and every task it learns.</summary>
public sealed class BaselineContractTests
{
    /// <summary>Smaller than the defaults where a full grid would take seconds; nothing else about them differs.</summary>
    static readonly Dictionary<string, string> Smaller = new(StringComparer.Ordinal)
    {
        ["rf"] = """{"trees": 20, "max_depth": 4}""",
        ["extratrees"] = """{"trees": 20}""",
        ["gbt"] = """{"rounds": 30, "learning_rate": 0.1}""",
        ["xgboost"] = """{"rounds": 20, "max_depth": 3}""",
        ["gp"] = """{"restarts": 1}""",
        ["histgb"] = """{"min_samples_leaf": 3}""",
        ["lightgbm"] = """{"min_samples_leaf": 3}""",
        ["mlp"] = """{"learning_rate": 0.01, "early_stopping": false, "max_iter": 100}""",
    };

    public static TheoryData<string, TaskKind> Learners()
    {
        var data = new TheoryData<string, TaskKind>();
        foreach (var b in BaselineList.All.Where(b => !b.NeedsFile))
        foreach (var task in b.Tasks)
            data.Add(b.Name, task);
        return data;
    }

    public static TheoryData<string> Classifiers() =>
        [.. BaselineList.For(TaskKind.Classification).Where(b => !b.NeedsFile).Select(b => b.Name)];

    public static JsonObject? Small(string name) =>
        Smaller.TryGetValue(name, out var settings) ? (JsonObject)JsonNode.Parse(settings)! : null;

    static ILearner Create(string name) => BaselineList.Create(new(name, Small(name)));

    [Theory, MemberData(nameof(Learners))]
    public Task Same_seed_same_predictions(string name, TaskKind task) => LearnerLaws.Same_seed_same_predictions(Create(name), task);

    [Theory, MemberData(nameof(Learners))]
    public Task Test_targets_are_not_looked_at(string name, TaskKind task) =>
        LearnerLaws.Test_targets_are_not_looked_at(Create(name), task);

    [Theory, MemberData(nameof(Learners))]
    public Task Cancel_is_honoured(string name, TaskKind task) => LearnerLaws.Cancel_is_honoured(Create(name), task);

    [Theory, MemberData(nameof(Learners))]
    public Task Unseen_categories_and_missing_cells_get_an_answer(string name, TaskKind task) =>
        LearnerLaws.Unseen_categories_and_missing_cells_get_an_answer(Create(name), task);

    [Theory, MemberData(nameof(Learners))]
    public Task Missing_cells_in_training_are_no_obstacle(string name, TaskKind task) =>
        LearnerLaws.Missing_cells_in_training_are_no_obstacle(Create(name), task);

    [Theory, MemberData(nameof(Learners))]
    public Task One_feature_is_enough(string name, TaskKind task) => LearnerLaws.One_feature_is_enough(Create(name), task);

    [Theory, MemberData(nameof(Learners))]
    public Task A_constant_feature_does_no_harm(string name, TaskKind task) =>
        LearnerLaws.A_constant_feature_does_no_harm(Create(name), task);

    [Theory, MemberData(nameof(Learners))]
    public Task Predictions_do_not_depend_on_the_rows_beside_them(string name, TaskKind task) =>
        LearnerLaws.Predictions_do_not_depend_on_the_rows_beside_them(Create(name), task);

    [Theory, MemberData(nameof(Classifiers))]
    public Task Classes_are_words_and_may_be_missing_from_training(string name) =>
        LearnerLaws.Classes_are_words_and_may_be_missing_from_training(Create(name));

    [Theory, MemberData(nameof(Classifiers))]
    public async Task Every_classifier_has_probabilities(string name)
    {
        var task = LearnerLaws.Task(TaskKind.Classification);
        using var predictor = await Create(name).FitAsync(task, 1);
        Assert.All(await predictor.PredictAsync(task.Table, task.Split.Test), p => Assert.NotNull(((Prediction.Answered)p).Probabilities));
    }

    [Fact]
    public async Task A_task_that_is_not_the_learners_is_refused_with_those_that_would_do()
    {
        var failed = await Assert.ThrowsAsync<LearningFailedException>(() =>
            Create("svm").FitAsync(LearnerLaws.Task(TaskKind.Regression), 1)
        );
        Assert.Equal("wrong-task", failed.Code);
        Assert.Contains("krr", failed.WhatToDo, StringComparison.Ordinal);
    }
}
