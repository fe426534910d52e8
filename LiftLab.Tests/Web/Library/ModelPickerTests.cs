using Bunit;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Models;
using LiftLab.Web.Pages.Library;
using LiftLab.Web.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Library;

public sealed class ModelPickerTests : BunitContext
{
    readonly string lab = Directory.CreateTempSubdirectory("liftlab-picker-").FullName;

    public ModelPickerTests() => Services.AddSingleton(new LabFolder(Options.Create(new LabOptions { LabFolder = lab })));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (Directory.Exists(lab))
            Directory.Delete(lab, recursive: true);
    }

    [Fact]
    public void Damaged_models_are_offered_as_what_they_are_and_hide_no_other()
    {
        var damaged = DamagedModel.Write(Path.Combine(lab, "models", "damaged"), "zero heads");
        DamagedModel.WriteSound(Path.Combine(lab, "models", "sound"));
        var picker = Picker(damaged);
        Assert.Equal(
            ["damaged (cannot be used)", "sound (5 K weights)"],
            picker
                .FindAll("option")
                .Select(o => o.TextContent)
                .Where(t => t.StartsWith("damaged", StringComparison.Ordinal) || t.StartsWith("sound", StringComparison.Ordinal))
        );
        Assert.Contains("This model cannot be used: config.json: the number of heads is 0", picker.Markup, StringComparison.Ordinal);
    }

    IRenderedComponent<ModelPicker> Picker(string model)
    {
        var picker = Render<ModelPicker>(p => p.Add(x => x.Settings, LiftSettings.Default(TaskKind.Classification) with { Model = model }));
        picker.WaitForElement("option");
        return picker;
    }

    static IEnumerable<string?> Offered(IRenderedComponent<ModelPicker> picker) =>
        picker.FindAll("option").Select(o => o.GetAttribute("value"));

    [Fact]
    public void The_network_for_contexts_is_not_offered_to_fine_tunes()
    {
        var offered = Offered(Picker(LiftSettings.BuiltIn)).ToArray();
        Assert.Contains(LiftSettings.BuiltIn, offered);
        Assert.DoesNotContain(InContextSettings.BuiltIn, offered);
    }

    [Fact]
    public void A_run_that_has_it_shows_it_and_says_what_it_is_for()
    {
        var picker = Picker(InContextSettings.BuiltIn);
        Assert.Contains(InContextSettings.BuiltIn, Offered(picker));
        Assert.Contains("not made for fine-tuning", picker.Markup, StringComparison.Ordinal);
    }
}
