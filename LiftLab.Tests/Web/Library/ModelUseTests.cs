using LiftLab.Engine.Hub;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.FineTuning;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Space;
using LiftLab.Web.Parts;

namespace LiftLab.Tests.Web.Library;

/// <summary>A base model is not deleted while a run that is not over needs it.</summary>
public sealed class ModelUseTests
{
    [Theory]
    [InlineData("folder", false)]
    [InlineData("name", false)]
    [InlineData("folder", true)]
    public async Task A_model_that_a_run_needs_is_deleted_after_the_run(string by, bool nested)
    {
        using var lab = new LabServer();
        var folder = SmallLlama.Write(Path.Combine(lab.Folder, "models", "small"));
        SmallLlama.Write(Path.Combine(lab.Folder, "models", "other"));
        lab.Start();
        var run = await lab.QueueAsync(Using(by == "folder" ? folder : "SMALL", nested));
        await lab.UntilAsync(run, RunState.Running);
        var models = lab.Get<LabModels>();
        var library = new ModelLibrary(Path.Combine(lab.Folder, "models"));
        var model = library.Find("small")!;

        var refused = await Assert.ThrowsAsync<ModelInUseException>(() => models.DeleteAsync(model));
        Assert.Equal("'small' is used by the run 'A test', which is not over", refused.What);
        Assert.Equal("model-in-use", Fault.Of(refused).Code);
        var item = (await lab.Get<LabSpace>().MeasureAsync()).Items.Single(i => i is { Kind: SpaceKind.Model, Name: "small" });
        await Assert.ThrowsAsync<ModelInUseException>(() => lab.Get<LabSpace>().DeleteAsync(item)); // the page Storage
        Assert.True(Directory.Exists(folder));
        await models.DeleteAsync(library.Find("other")!);

        await lab.Get<LabRuns>().CancelAsync(run.Id);
        await lab.UntilAsync(run, RunState.Cancelled);
        await models.DeleteAsync(model);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_model_of_a_paused_run_stays_and_a_damaged_run_needs_none()
    {
        using var lab = new LabServer();
        var folder = SmallLlama.Write(Path.Combine(lab.Folder, "models", "small"));
        lab.Start();
        var run = await lab.QueueAsync(Using(folder, nested: false));
        await lab.UntilAsync(run, RunState.Running);
        await lab.Get<LabRuns>().PauseAsync(run.Id);
        await lab.UntilAsync(run, RunState.Paused);
        var models = lab.Get<LabModels>();
        var model = new ModelLibrary(Path.Combine(lab.Folder, "models")).Find("small")!;
        await Assert.ThrowsAsync<ModelInUseException>(() => models.DeleteAsync(model));

        await File.WriteAllTextAsync(Path.Combine(run.Path, "spec.json"), "{");
        await models.DeleteAsync(model);
        Assert.False(Directory.Exists(folder));
    }

    static LearnerSpec Using(string model, bool nested)
    {
        var spec = StepLearner.Spec(100_000, 20);
        if (nested)
            spec.Settings!["lift"] = new System.Text.Json.Nodes.JsonObject { ["model"] = model };
        else
            spec.Settings!["model"] = model;
        return spec;
    }
}
