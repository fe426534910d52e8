using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class PromptPresetTests
{
    static string[] Names(TaskKind task, params string[] features) => [.. PromptPresets.For(task, features).Select(p => p.Name)];

    [Fact]
    public void Every_preset_has_a_sentence() =>
        Assert.All(PromptPresets.All, p => Assert.EndsWith(".", p.Summary, StringComparison.Ordinal));

    [Fact]
    public void Presets_for_one_table_are_offered_to_that_table_alone()
    {
        string[] one = ["tae", "cmc", "vehicle", "servo", "ccpp", "insurance"];
        foreach (var task in Enum.GetValues<TaskKind>())
            Assert.Empty(Names(task, "sepal length", "sepal width", "petal length", "petal width", "V").Intersect(one));
        Assert.Contains("servo", Names(TaskKind.Regression, "M", "S", "P", "V"));
        Assert.Contains("ccpp", Names(TaskKind.Regression, "AT", "V", "AP", "RH"));
        Assert.Contains("insurance", Names(TaskKind.Regression, "age", "sex", "bmi", "children", "smoker", "region"));
        Assert.Contains("vehicle", Names(TaskKind.Classification, "COMPACTNESS", "CIRCULARITY"));
        Assert.Contains("tae", Names(TaskKind.Classification, "native English speaker", "instructor", "course", "semester", "size"));
        Assert.Contains("cmc", Names(TaskKind.Classification, "wifes_age", "b", "c", "d", "e", "f", "g", "h", "i"));
    }

    [Fact]
    public void Templates_are_equal_by_value() =>
        Assert.Equal(PromptPresets.LiftMini with { WriteOut = ["a", "b"] }, PromptPresets.LiftMini with { WriteOut = ["a", "b"] });
}
