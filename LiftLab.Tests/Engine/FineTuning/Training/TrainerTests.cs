using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Training;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class TrainerTests : IDisposable
{
    static readonly TrainingPlan Plan = new()
    {
        Epochs = 4,
        LearningRate = 3e-3,
        CheckpointSeconds = 0,
        ClipNorm = 1,
    };
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-trainer-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static Trainer Make(LanguageModel model, TrainingPlan plan) => new(model, plan, TimeProvider.System);

    static double[] Losses(Collected<LearningEvent> events) => [.. events.All.OfType<TrainingStep>().Select(s => s.Loss)];

    static double[] Train(LanguageModel model, TrainingPlan plan)
    {
        using var scope = NewDisposeScope();
        var events = new Collected<LearningEvent>();
        Make(model, plan).Run(new ShuffledRows(TinyModel.Rows(48), 16, 3), new() { Progress = events });
        return Losses(events);
    }

    [Fact]
    public void Training_learns_the_rule_and_keeps_the_best_epoch()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Trainable();
        var (rows, valid) = (TinyModel.Rows(200), TinyModel.Rows(60, 9));
        var events = new Collected<LearningEvent>();
        var outcome = Make(model, Plan with { Epochs = 12 })
            .Run(
                new ShuffledRows(rows, 16, 3),
                new() { Progress = events, Validate = _ => Objective.Mean(model, valid, 32) is var loss ? new(loss, -loss) : null! }
            );
        Assert.True(outcome.Best!.Loss < 0.1, $"validation loss {outcome.Best.Loss}");
        Assert.Equal(outcome.Best.Loss, Objective.Mean(model, valid, 32), 1e-6);
        Assert.Equal(outcome.Best.Loss, events.All.OfType<Validated>().Min(v => v.Loss), 1e-9);
        Assert.Equal(12, events.All.OfType<Validated>().Count());
        Assert.Equal(outcome.Steps, events.All.OfType<TrainingStep>().Count());
    }

    [Fact]
    public void One_seed_gives_one_curve()
    {
        using var a = TinyModel.Trainable();
        using var b = TinyModel.Trainable();
        Assert.Equal(Train(a, Plan), Train(b, Plan));
    }

    [Fact]
    public void A_batch_cut_into_parts_gives_the_same_curve()
    {
        using var whole = TinyModel.Trainable();
        using var parts = TinyModel.Trainable();
        var (a, b) = (Train(whole, Plan), Train(parts, Plan with { TokensAtOnce = 40 }));
        for (var i = 0; i < a.Length; i++)
            Assert.Equal(a[i], b[i], 1e-4);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_resumed_run_continues_the_very_same_curve(bool lora)
    {
        LanguageModel Fresh()
        {
            var model = TinyModel.Trainable();
            if (lora)
                LoraAdapter.Attach(model, new(new(4, Dropout: 0.1)), 2);
            return model;
        }
        using var scope = NewDisposeScope();
        using var straight = Fresh();
        var expected = Train(straight, Plan);

        var rows = new ShuffledRows(TinyModel.Rows(48), 16, 3);
        var (before, after) = (new Collected<LearningEvent>(), new Collected<LearningEvent>());
        using (var model = Fresh())
        {
            using var stop = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() =>
                Make(model, Plan)
                    .Run(
                        rows,
                        new()
                        {
                            Progress = before,
                            Checkpoints = new(folder),
                            AfterStep = m =>
                            {
                                if (m.Step == 5)
                                    stop.Cancel();
                            },
                        },
                        stop.Token
                    )
            );
        }
        Assert.Equal(5, new CheckpointStore(folder).NewestStep);
        using var resumed = Fresh();
        Make(resumed, Plan).Run(new ShuffledRows(TinyModel.Rows(48), 16, 3), new() { Progress = after, Checkpoints = new(folder) });
        Assert.Equal(expected, Losses(before).Concat(Losses(after)).ToArray());
        foreach (var (a, b) in straight.Weights.Zip(resumed.Weights))
            Assert.True(a.Value.eq(b.Value).all().item<bool>(), a.Name);
    }

    [Fact]
    public void The_best_epoch_survives_a_resume()
    {
        using var scope = NewDisposeScope();
        var ranks = new Queue<double>([1, 5, 2, 3]); // the second epoch is the best
        TrainingHooks Hooks(LanguageModel model) => new() { Checkpoints = new(folder), Validate = _ => new(0.5, ranks.Dequeue()) };
        using (var model = TinyModel.Trainable())
            Make(model, Plan with { Steps = 7 })
                .Run(new ShuffledRows(TinyModel.Rows(48), 16, 3), Hooks(model) with { StopNow = () => ranks.Count == 2 });
        using var expected = TinyModel.Trainable();
        Make(expected, Plan with { Steps = 7 }).Run(new ShuffledRows(TinyModel.Rows(48), 16, 3), new() { StopNow = Counter(6) });
        // while the request to stop holds it stays stopped; its best epoch is what it hands over
        using var again = TinyModel.Trainable();
        var outcome = Make(again, Plan with { Steps = 7 })
            .Run(new ShuffledRows(TinyModel.Rows(48), 16, 3), Hooks(again) with { StopNow = () => true });
        Assert.Equal((6, 2.0, true), (outcome.Steps, outcome.BestEpoch!.Value, outcome.StoppedEarly));
        foreach (var (a, b) in expected.Weights.Zip(again.Weights))
            Assert.True(a.Value.eq(b.Value).all().item<bool>(), a.Name);

        // without the request it goes on to the planned end, and the best epoch is still the best
        using var on = TinyModel.Trainable();
        var whole = Make(on, Plan with { Steps = 7 }).Run(new ShuffledRows(TinyModel.Rows(48), 16, 3), Hooks(on));
        Assert.Equal((7, 2.0, false), (whole.Steps, whole.BestEpoch!.Value, whole.StoppedEarly));

        static Func<bool> Counter(int steps)
        {
            var asked = 0;
            return () => asked++ == steps;
        }
    }

    [Fact]
    public void A_loss_that_is_not_a_number_ends_with_advice()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Trainable();
        using (no_grad())
            model.Weights.First().Value.Fill(double.NaN);
        var failure = Assert.Throws<LearningFailedException>(() => Make(model, Plan).Run(new ShuffledRows(TinyModel.Rows(48), 16, 3)));
        Assert.Equal("loss-not-finite", failure.Code);
        Assert.Contains("learning rate", failure.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_ends_the_run_with_the_earlier_checkpoint_intact()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Trainable();
        var written = 0;
        // /dev/full answers every write as a full disk does
        var store = new CheckpointStore(
            folder,
            path => ++written <= 2 ? File.Create(path) : new FileStream("/dev/full", FileMode.Open, FileAccess.Write)
        );
        var failure = Assert.Throws<LearningFailedException>(() =>
            Make(model, Plan).Run(new ShuffledRows(TinyModel.Rows(48), 16, 3), new() { Checkpoints = store })
        );
        Assert.Equal("disk-full", failure.Code);
        Assert.Equal(2, new CheckpointStore(folder).NewestStep);
        using var resumed = TinyModel.Trainable();
        var outcome = Make(resumed, Plan).Run(new ShuffledRows(TinyModel.Rows(48), 16, 3), new() { Checkpoints = new(folder) });
        Assert.Equal(12, outcome.Steps);
        Assert.Empty(Directory.EnumerateFiles(folder, "*.part"));
    }
}
