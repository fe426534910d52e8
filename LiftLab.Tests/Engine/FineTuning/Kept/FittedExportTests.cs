using System.Text.Json.Nodes;
using LiftLab.Engine.Commands;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Models;
using LiftLab.Tests.Engine.Runs;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Kept;

/// <summary><c>models export</c> on runs that a worker has fitted.</summary>
public sealed class FittedExportTests : IDisposable
{
    const TaskKind Classes = TaskKind.Classification;

    static readonly FineTune Full = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 30, MaximumSteps = 30, Epochs = 1 };
    static readonly FineTune Adapters = Full with { Method = FineTuneMethod.Lora, LoraRank = 4, LoraAlpha = 8, LearningRate = 1e-2 };

    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    Task<RunFolder> FitAsync(string id, FineTune recipe, string? start = null) => FitAsync(runs.Create(id, Learner(recipe, start)));

    static LearnerSpec Learner(FineTune recipe, string? start) =>
        (LiftSettings.Default(Classes) with { Recipe = recipe, Start = start }).ToSpec();

    static async Task<RunFolder> FitAsync(RunFolder run)
    {
        var ended = await new Worker(run, LiftLab.Engine.Engine.Find, _ => "cpu", TimeProvider.System).RunAsync(default);
        Assert.Equal(new RunEnded(RunState.Succeeded), ended);
        return run;
    }

    static async Task<string> ExportAsync(RunFolder run, params string[] more)
    {
        using StringWriter output = new(),
            error = new();
        var code = await LiftLabCommand
            .Create()
            .Parse(["models", "export", run.Path, .. more])
            .InvokeAsync(new() { Output = output, Error = error });
        Assert.Equal((ExitCode.Done, ""), (code, error.ToString()));
        return output.ToString().Trim();
    }

    /// <summary>
    /// Asks a model, whatever it was put together from, about the run's test rows, and compares with what the run answered.
    /// </summary>
    static async Task DemandTheRunsAnswersAsync(RunFolder run, LanguageModel model, string tokenizer, double within = 1e-5)
    {
        var task = await run.LoadAsync(run.ReadSpec());
        using var fitted = await FittedFolder.LoadAsync(FittedFolder.Of(run.Path));
        var temperature = fitted.Settings["chosen"]!["temperature"]!.GetValue<double>();
        var recipe = LiftSettings.Parse(fitted.Settings, Classes).Recipe;
        using var prompted = new PromptedModel(model, ModelByName.TokenizerOf(tokenizer), fitted.Prompts, recipe);
        var answers = await TorchThread.Run(
            "ask",
            () => LiftPredictor.Ask([prompted], fitted.Prompts, recipe, temperature, task.Table, task.Split.Test, default)
        );
        var recorded = run.ReadOutcome("lift")!.Answers;
        Assert.Equal(24, recorded.Count);
        foreach (var (was, now) in recorded.Zip(answers.Cast<Prediction.Answered>()))
        foreach (var (p, q) in was.Probabilities!.Zip(now.Probabilities!))
            Assert.Equal(p, q, within);
    }

    static LanguageModel Adapted(string baseModel, string adapter)
    {
        var model = ModelByName.Load(baseModel, device: CPU).Model;
        LoraAdapter.Load(model, adapter);
        return model;
    }

    [Fact]
    public async Task A_whole_model_is_taken_out_and_answers_as_the_run_did()
    {
        var run = await FitAsync("full", Full);
        var folder = await ExportAsync(run, "--merged");
        Assert.Equal(Path.Combine(run.Path, "export"), folder);
        Assert.True(ModelCheck.Of(folder).IsSound);
        await DemandTheRunsAnswersAsync(run, ModelByName.Load(folder, device: CPU).Model, folder);
    }

    [Fact]
    public async Task An_adapter_is_taken_out_in_PEFT_layout_and_merged_and_both_answer_as_the_run_did()
    {
        var run = await FitAsync("lora", Adapters);
        var adapter = await ExportAsync(run, "--out", Path.Combine(runs.Root, "adapter"));
        Assert.Equal(
            ["adapter_config.json", "adapter_model.safetensors"],
            Directory.GetFileSystemEntries(adapter).Select(Path.GetFileName).Order()
        );
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(adapter, "adapter_config.json")))!;
        Assert.Equal(
            ("LORA", 4, 8.0, "lift-mini"),
            ((string)config["peft_type"]!, (int)config["r"]!, (double)config["lora_alpha"]!, (string)config["base_model_name_or_path"]!)
        );
        await DemandTheRunsAnswersAsync(run, Adapted("lift-mini", adapter), ModelByName.BuiltInFolder);

        var merged = await ExportAsync(run, "--merged", "--out", Path.Combine(runs.Root, "merged"));
        Assert.True(ModelCheck.Of(merged).IsSound);
        DemandOwnType(merged);
        await DemandTheRunsAnswersAsync(run, ModelByName.Load(merged, device: CPU).Model, merged, 1e-4);
        // an exported adapter is used: merged into its base model it is a base model of other runs
        using StringWriter output = new(),
            error = new();
        var used = Path.Combine(runs.Root, "used");
        Assert.Equal(
            ExitCode.Done,
            await LiftLabCommand
                .Create()
                .Parse(["models", "merge", adapter, "--out", used])
                .InvokeAsync(new() { Output = output, Error = error })
        );
        await DemandTheRunsAnswersAsync(run, ModelByName.Load(used, device: CPU).Model, used, 1e-4);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var whole = ModelByName.Load(merged, device: CPU).Model;
        using var parts = Adapted("lift-mini", adapter);
        var ids = tensor([.. Enumerable.Range(40, 30).Select(i => (long)i)], [1, 30]);
        Close.To(parts.Logits(ids).contiguous().data<float>().ToArray(), whole.Logits(ids), 1e-4);
    }

    /// <summary>Other programs would compute with another rotary base: they must not take the model for a GPT-J.</summary>
    static void DemandOwnType(string folder)
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!;
        Assert.Equal(("liftlab", 100), ((string)config["model_type"]!, (int)config["rotary_base"]!));
        Assert.Contains(
            "the base of the rotary embeddings is 100\n",
            File.ReadAllText(Path.Combine(folder, "README.md")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_model_that_an_earlier_version_wrote_as_gptj_opens_and_is_exported_as_what_it_is()
    {
        var run = await FitAsync("old", Full with { MinimumSteps = 2, MaximumSteps = 2 });
        var config = Path.Combine(FittedFolder.Of(run.Path), "model-0", "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("liftlab", "gptj", StringComparison.Ordinal));
        var whole = await ExportAsync(run, "--out", Path.Combine(runs.Root, "whole"));
        DemandOwnType(whole);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var old = ModelFolder.Load(Path.GetDirectoryName(config)!);
        using var now = ModelFolder.Load(whole);
        var ids = tensor([.. Enumerable.Range(40, 30).Select(i => (long)i)], [1, 30]);
        Close.To(old.Logits(ids).contiguous().data<float>().ToArray(), now.Logits(ids), 0);
    }

    [Fact]
    public async Task An_adapter_on_an_earlier_run_s_model_takes_that_model_along()
    {
        var first = await FitAsync("first", Full);
        var second = await FitAsync("second", Adapters, first.Path);
        Directory.Delete(first.Path, recursive: true);
        var adapter = await ExportAsync(second);
        Assert.Equal(
            "base",
            (string)JsonNode.Parse(File.ReadAllText(Path.Combine(adapter, "adapter_config.json")))!["base_model_name_or_path"]!
        );
        await DemandTheRunsAnswersAsync(second, Adapted(Path.Combine(adapter, "base"), adapter), Path.Combine(adapter, "base"));
        var merged = await ExportAsync(second, "--merged", "--out", Path.Combine(runs.Root, "merged"));
        await DemandTheRunsAnswersAsync(second, ModelByName.Load(merged, device: CPU).Model, merged, 1e-4);
    }

    /// <summary>The first run leaves answers of other tables impossible in the model that it keeps; the second run lets them be.</summary>
    [Fact]
    public async Task An_adapter_that_learned_more_classes_than_the_model_below_it_is_exported_with_all_of_them()
    {
        var first = await FitAsync("two", Full);
        string[] words = ["low", "high", "middle", "none"];
        var more = TestRuns
            .TwoClasses.Split('\n')
            .Select((line, i) => i % 3 == 0 && i > 0 ? line[..(line.LastIndexOf(',') + 1)] + words[2 + i % 2] : line);
        var second = await FitAsync(
            RunFolder.Create(
                runs.Root,
                first.ReadSpec() with
                {
                    Id = "four",
                    Learner = Learner(Adapters, first.Path),
                },
                file => File.WriteAllText(file, string.Join('\n', more))
            )
        );
        var adapter = await ExportAsync(second);
        await DemandTheRunsAnswersAsync(second, Adapted(Path.Combine(adapter, "base"), adapter), Path.Combine(adapter, "base"));
        var merged = await ExportAsync(second, "--merged", "--out", Path.Combine(runs.Root, "merged"));
        await DemandTheRunsAnswersAsync(second, ModelByName.Load(merged, device: CPU).Model, merged, 1e-4);
    }

    [Fact]
    public async Task What_is_not_fitted_and_a_folder_that_is_there_are_refused()
    {
        var run = runs.Create("unfitted", LiftSettings.Default(Classes).ToSpec());
        using StringWriter output = new(),
            error = new();
        Assert.Equal(
            ExitCode.BadData,
            await LiftLabCommand.Create().Parse(["models", "export", run.Path]).InvokeAsync(new() { Output = output, Error = error })
        );
        Assert.Contains("no fitted model", error.ToString(), StringComparison.Ordinal);
        var fitted = await FitAsync("fitted", Full with { MinimumSteps = 2, MaximumSteps = 2 });
        Assert.Equal(
            ExitCode.BadData,
            await LiftLabCommand
                .Create()
                .Parse(["models", "export", fitted.Path, "--out", runs.Root])
                .InvokeAsync(new() { Output = output, Error = error })
        );
        Assert.Contains("exists already", error.ToString(), StringComparison.Ordinal);
    }
}
