using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Tables.Splits;

/// <summary>
/// Goldens made with scikit-learn 1.2.1: StratifiedShuffleSplit and ShuffleSplit; test part with random_state=0, validation part with the
/// run's seed.
/// </summary>
public sealed class SplitMakerTests
{
    static readonly int[] UnevenTest = [3, 79, 50, 0, 21, 44, 54, 46, 55, 71, 36, 9, 39, 83, 19, 56, 87, 47];

    [Theory]
    [InlineData(0, new[] { 38, 78, 8, 52, 61, 45, 74, 18 }, new[] { 20, 60, 26, 15, 42, 77, 69, 66, 64, 84, 33, 40, 89, 48, 6 })]
    [InlineData(1, new[] { 15, 75, 14, 37, 4, 69, 57, 31 }, new[] { 35, 66, 89, 22, 11, 70, 53, 38, 76, 49, 20, 73, 40, 84, 16 })]
    [InlineData(2, new[] { 52, 31, 26, 43, 2, 85, 35, 51 }, new[] { 58, 27, 67, 22, 38, 81, 88, 5, 11, 73, 24, 8, 10, 57, 65 })]
    public void Uneven_classes_are_split_as_scikit_learn_does(int seed, int[] train, int[] valid)
    {
        var table = Labelled([
            .. Enumerable.Repeat("0", 50),
            .. Enumerable.Repeat("1", 30),
            .. Enumerable.Repeat("2", 7),
            .. Enumerable.Repeat("3", 3),
        ]);
        var split = SplitMaker.Make(table, table.Schema("class", TaskKind.Classification), seed);
        Assert.Equal(train, split.Train.Take(8));
        Assert.Equal(valid, split.Valid);
        Assert.Equal(UnevenTest, split.Test);
    }

    [Fact]
    public void Mixed_classes_are_split_as_scikit_learn_does()
    {
        const string labels =
            "413341012204040323440003020141330301004442130404313331334313111232233204311434443304302232344043124411204240232412114104143";
        var table = Labelled([.. labels.Select(c => c.ToString())]);
        var split = SplitMaker.Make(table, table.Schema("class", TaskKind.Classification), 5);
        Assert.Equal([112, 4, 91, 94, 16, 43, 62, 98], split.Train.Take(8));
        Assert.Equal([11, 7, 29, 21, 55, 120, 71, 81], split.Valid.Take(8));
        Assert.Equal([14, 87, 99, 77, 66, 50, 92, 6], split.Test.Take(8));
        Assert.Equal((162741, 15492, 16556), (Weighted(split.Train), Weighted(split.Valid), Weighted(split.Test)));
    }

    [Fact]
    public void Numbers_are_split_plainly_as_scikit_learn_does()
    {
        var table = Labelled([.. Enumerable.Range(0, 57).Select(i => $"{i}.5")]);
        var split = SplitMaker.Make(table, table.Schema("class", TaskKind.Regression), 3);
        Assert.Equal([3, 38, 48, 5, 24, 18, 21, 19], split.Train.Take(8));
        Assert.Equal([54, 44, 25, 46, 26, 30, 14, 37, 23], split.Valid);
        Assert.Equal([35, 34, 41, 27, 11, 2, 33, 56, 22, 55, 4, 10], split.Test);
    }

    [Fact]
    public void Rows_without_a_target_are_in_no_part()
    {
        string[] labels =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i =>
                    i % 7 == 0 ? ""
                    : i % 2 == 0 ? "a"
                    : "b"
                ),
        ];
        var table = Labelled(labels);
        var split = SplitMaker.Make(table, table.Schema("class", TaskKind.Classification), 0);
        int[] used = [.. split.Train, .. split.Valid, .. split.Test];
        Assert.Equal(Enumerable.Range(0, 60).Where(i => i % 7 != 0), used.Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_class_with_one_or_two_rows_is_an_error_that_names_it(int rows)
    {
        var table = Labelled([.. Enumerable.Repeat("common", 40), .. Enumerable.Repeat("other", 40), .. Enumerable.Repeat("rare", rows)]);
        var bad = Assert.Throws<BadDataException>(() => SplitMaker.Make(table, table.Schema("class", TaskKind.Classification), 0));
        var problem = Assert.Single(bad.Problems);
        Assert.Equal(("class-too-small", "class", Severity.Error), (problem.Code, problem.Column, problem.Severity));
        Assert.Contains("'rare'", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_with_three_rows_is_in_every_part()
    {
        var table = Labelled([.. Enumerable.Repeat("common", 40), .. Enumerable.Repeat("rare", 3)]);
        var split = SplitMaker.Make(table, table.Schema("class", TaskKind.Classification), 0);
        Assert.Contains(split.Train, r => r >= 40);
        Assert.Equal(43, split.Train.Count + split.Valid.Count + split.Test.Count);
    }

    [Fact]
    public void One_class_and_too_few_rows_are_errors()
    {
        Assert.Equal("one-class", Code([.. Enumerable.Repeat("a", 40)], TaskKind.Classification));
        Assert.Equal("too-few-rows", Code(["1", "2", "3", "4"], TaskKind.Regression));
        Assert.Equal("class-too-small", Code([.. Enumerable.Range(0, 20).Select(i => $"c{i / 3}")], TaskKind.Classification));

        static string Code(string[] labels, TaskKind task)
        {
            var table = Labelled(labels);
            return Assert.Throws<BadDataException>(() => SplitMaker.Make(table, table.Schema("class", task), 0)).Problems[0].Code;
        }
    }

    static Table Labelled(string[] labels) => SomeTable.Of(("x", [.. labels.Select((_, i) => $"{i}.25")]), ("class", labels));

    static int Weighted(IReadOnlyList<int> rows) => rows.Select((r, i) => r * i).Sum();
}
