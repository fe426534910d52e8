using System.Text.RegularExpressions;

namespace LiftLab.Tests.House;

/// <summary>
/// <c>Target</c> implements the differences between classification and regression. At most one file of an engine folder tests the kind of
/// task; a page tests it at most once.
/// </summary>
public sealed class TargetRuleTests
{
    /// <summary>A comparison with a kind of task, or a pattern match on a kind of task or a case of <c>Target</c>.</summary>
    static readonly Regex Ask = new(
        @"(==|!=|\bis|\bis not|\bcase)\s+(Tables\.)?(TaskKind\.(Classification|Regression)|(Learning\.)?Target\.(Classes|Number))\b"
            + @"|TaskKind\.(Classification|Regression)\s*=>|Target\.(Classes|Number)(\s+\w+)?\s*=>"
    );

    static IEnumerable<(string File, int Asks)> Asking(string folder) =>
        Sources.Files(folder, ".cs", ".razor").Select(file => (file, Ask.Count(Sources.Read(file)))).Where(f => f.Item2 > 0);

    [Fact]
    public void A_folder_of_the_engine_asks_for_the_kind_of_task_in_one_file_at_most()
    {
        var found = Asking("LiftLab.Engine").GroupBy(f => Path.GetDirectoryName(f.File)!.Replace('\\', '/'), f => f.File);
        var wrong =
            from folder in found
            where folder.Count() > 1
            select $"{folder.Key}: {string.Join(", ", folder.Select(Path.GetFileName))}; ask Target instead, one may ask";
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_part_of_the_dashboard_asks_for_the_kind_of_task_once_at_most() =>
        Assert.DoesNotContain(Asking("LiftLab.Web"), f => f.Asks > 1);

    [Theory]
    [InlineData("x == TaskKind.Regression", true)]
    [InlineData("Run.Task.Kind != Tables.TaskKind.Classification", true)]
    [InlineData("task.Target is not Target.Classes", true)]
    [InlineData("Target.Classes c => 1", true)]
    [InlineData("TaskKind.Regression => 1", true)]
    [InlineData("new Schema([], TaskKind.Classification)", false)]
    [InlineData("new Target.Number(null)", false)]
    public void What_counts_as_asking(string code, bool asks) => Assert.Equal(asks, Ask.IsMatch(code));
}
