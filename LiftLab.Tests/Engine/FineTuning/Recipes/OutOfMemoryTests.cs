using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;
using LiftLab.Tests.Engine.FineTuning.Answering;
using LiftLab.Tests.Engine.Models;
using LiftLab.Tests.Engine.Runs;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Recipes;

/// <summary>Where memory runs out the run ends with what to change.</summary>
public sealed class OutOfMemoryTests : IDisposable
{
    const TaskKind Classes = TaskKind.Classification;

    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    /// <summary>The shapes of GPT-J, ten times as deep. The weights are a hole in the file and take no room on disk.</summary>
    public static string WriteHugeModel(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, ModelFolder.ConfigFile),
            new JsonObject
            {
                ["model_type"] = "gptj",
                ["vocab_size"] = 50400,
                ["n_embd"] = 4096,
                ["n_layer"] = 280,
                ["n_head"] = 16,
                ["rotary_dim"] = 64,
                ["n_positions"] = 2048,
            }.ToJsonString()
        );
        TokenizerFolder.WriteBytes(folder);
        SparseWeights.Write(folder);
        return folder;
    }

    [Fact]
    public async Task What_cannot_fit_ends_the_run_before_a_weight_is_loaded()
    {
        var settings = LiftSettings.Default(Classes) with
        {
            Model = WriteHugeModel(Path.Combine(runs.Root, "huge")),
            Recipe = FineTunePresets.ForLiftMini,
        };
        var run = runs.Create(learner: settings.ToSpec());
        var ended = await new Worker(run, LiftLab.Engine.Engine.Find, _ => "cpu", TimeProvider.System).RunAsync(default);
        Assert.Equal((RunState.Failed, "out-of-memory"), (ended!.State, ended.Code));
        Assert.Contains("does not fit", ended.What, StringComparison.Ordinal);
        Assert.Contains("all weights trained, float32", ended.What, StringComparison.Ordinal);
        Assert.Contains("GB", ended.What, StringComparison.Ordinal);
        Assert.Equal("Train adapters (method lora) instead of all weights.", ended.WhatToDo);
        Assert.Empty(Directory.GetDirectories(run.CheckpointFolder("lift"), "training-*"));
    }

    [Theory]
    [InlineData(
        null,
        false,
        OptimizerMemory.Adam,
        null,
        "Use fewer tokens per forward pass (tokensAtOnce), recompute layers (recompute always), store the optimiser state in 8 bits (moments adam8), store frozen weights in fewer bits (precision int8 or nf4, method lora), or shorten the prompts or use a smaller model"
    )]
    [InlineData(
        512,
        true,
        OptimizerMemory.Adam8,
        null,
        "Store frozen weights in fewer bits (precision int8 or nf4, method lora), or shorten the prompts or use a smaller model"
    )]
    [InlineData(
        512,
        true,
        OptimizerMemory.Adam8,
        Precision.Bfloat16,
        "Store frozen weights in fewer bits (precision int8 or nf4), or shorten the prompts or use a smaller model"
    )]
    [InlineData(
        512,
        true,
        OptimizerMemory.Adam8,
        Precision.Int8,
        "Store frozen weights in fewer bits (precision nf4), or shorten the prompts or use a smaller model"
    )]
    [InlineData(512, true, OptimizerMemory.Adam8, Precision.Nf4, "Shorten the prompts or use a smaller model")]
    public void A_step_that_takes_too_much_says_what_is_left_to_change(
        int? tokensAtOnce,
        bool recomputed,
        OptimizerMemory moments,
        Precision? frozen,
        string advice
    )
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Trainable();
        model.Checkpointing = recomputed;
        var slot = model.Linears.First();
        slot.Layer = new GreedyLayer(slot.Layer);
        var plan = new TrainingPlan
        {
            Epochs = 1,
            TokensAtOnce = tokensAtOnce,
            Moments = moments,
            Frozen = frozen,
        };
        var failure = Assert.Throws<LearningFailedException>(() =>
            new Trainer(model, plan, TimeProvider.System).Run(new ShuffledRows(TinyModel.Rows(48), 16, 3))
        );
        Assert.Equal("out-of-memory", failure.Code);
        Assert.StartsWith("Memory ran out in step 1, with 16 rows of up to", failure.What, StringComparison.Ordinal);
        Assert.StartsWith(advice + ".", failure.WhatToDo, StringComparison.Ordinal);
        Assert.Contains("checkpoint is kept", failure.WhatToDo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "load",
        FineTuneMethod.Full,
        "float32",
        "Store the frozen weights in fewer bits (precision int8 or nf4, method lora), or use a smaller model."
    )]
    [InlineData("train", FineTuneMethod.Lora, "int8", "Store the frozen weights in fewer bits (precision nf4), or use a smaller model.")]
    [InlineData("tokenise", FineTuneMethod.Lora, "nf4", "Use a smaller model, or a device with more memory.")]
    public async Task Memory_that_runs_out_around_training_says_what_is_left_to_change(
        string phase,
        FineTuneMethod method,
        string precision,
        string advice
    )
    {
        var recipe = FineTunePresets.ForLiftMini with
        {
            Members = 1,
            MinimumSteps = 2,
            MaximumSteps = 2,
            Epochs = 1,
            Method = method,
            Precision = Enum.Parse<Precision>(precision, ignoreCase: true),
        };
        var learner = new LiftLearner(
            LiftSettings.Default(Classes) with
            {
                Recipe = recipe,
            },
            new(Path.Combine(runs.Root, "checkpoints")),
            TimeProvider.System
        );
        var failure = await Assert.ThrowsAsync<LearningFailedException>(() =>
            learner.FitAsync(TwoGroups.Of(Classes), 1, new RunsOut(phase))
        );
        Assert.Equal(
            ("out-of-memory", $"Memory ran out with {precision} weights of lift-mini", advice),
            (failure.Code, failure.What, failure.WhatToDo)
        );
    }

    [Fact]
    public async Task Memory_that_runs_out_while_rows_are_asked_says_what_to_change()
    {
        var task = TwoGroups.Of(Classes);
        var prompts = LiftLab.Engine.Prompts.TablePrompts.Fit(
            LiftSettings.Default(Classes).Template,
            task.Table,
            task.Schema,
            task.Split.Train,
            task.Labels
        );
        var model = ModelByName.Load(LiftSettings.BuiltIn, device: CPU).Model;
        var slot = model.Linears.First();
        slot.Layer = new GreedyLayer(slot.Layer);
        var prompted = new PromptedModel(model, new ByteTokenizer(), prompts, FineTunePresets.ForLiftMini);
        var settings = LiftSettings.Default(Classes) with { Recipe = FineTunePresets.ForLiftMini };
        using var predictor = new LiftPredictor([prompted], prompts, settings, new(settings.Model, [null]), 1, []);
        var failure = await Assert.ThrowsAsync<LearningFailedException>(() => predictor.PredictAsync(task.Table, task.Split.Test));
        Assert.Equal(("out-of-memory", "Memory ran out during the prediction of 20 rows"), (failure.Code, failure.What));
        Assert.Contains("fewer bits", failure.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_known_by_what_the_libraries_say()
    {
        Assert.True(OutOfMemory.Is(GreedyLayer.Thrown()));
        Assert.True(
            OutOfMemory.Is(
                new InvalidOperationException(
                    "backward failed",
                    new InvalidOperationException("CUDA out of memory. Tried to allocate 2.00 GiB")
                )
            )
        );
        Assert.False(OutOfMemory.Is(new IOException("No space left on device")));
        Assert.False(OutOfMemory.Is(new InvalidOperationException("CUDA error: device-side assert triggered")));
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.19 GiB of which 8.06 MiB is free.")]
    [InlineData("CUDA error: out of memory")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    [InlineData("cuDNN error: CUDNN_STATUS_ALLOC_FAILED")]
    [InlineData("std::bad_alloc")]
    [InlineData("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes.")]
    [InlineData("DefaultCPUAllocator: not enough memory: you tried to allocate 137438953472 bytes.")]
    [InlineData("mmap: Cannot allocate memory")]
    public async Task What_a_card_or_a_machine_says_ends_the_run_as_failed_with_what_to_change(string said)
    {
        Assert.True(OutOfMemory.Is(new InvalidOperationException(said)));
        var learner = new LiftLearner(
            LiftSettings.Default(Classes) with
            {
                Recipe = FineTunePresets.ForLiftMini with { Members = 1, Epochs = 1, MinimumSteps = 2, MaximumSteps = 2 },
            },
            new(Path.Combine(runs.Root, "checkpoints")),
            TimeProvider.System
        );
        var failure = await Assert.ThrowsAsync<LearningFailedException>(() =>
            learner.FitAsync(TwoGroups.Of(Classes), 1, new RunsOut("train", new InvalidOperationException(said)))
        );
        Assert.Equal("out-of-memory", failure.Code);
        Assert.Contains("use a smaller model", failure.WhatToDo, StringComparison.Ordinal);
    }

    /// <summary>Throws what libtorch throws when a phase is entered.</summary>
    sealed class RunsOut(string phase, Exception? thrown = null) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value)
        {
            if (value is PhaseEntered entered && entered.Phase == phase)
                throw thrown ?? GreedyLayer.Thrown();
        }
    }
}
