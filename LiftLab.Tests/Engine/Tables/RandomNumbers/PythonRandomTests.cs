using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Tests.Engine.Tables.RandomNumbers;

/// <summary>Goldens made with CPython 3.11 and, for seed 3247, from section 5.6 of the paper's specification.</summary>
public sealed class PythonRandomTests
{
    [Fact]
    public void The_image_permutation_and_the_split_after_it_are_the_specifications()
    {
        var random = new PythonRandom(3247);
        int[] pixels = [.. Enumerable.Range(0, 784)];
        random.Shuffle(pixels.AsSpan());
        Assert.Equal([448, 666, 689, 2, 511, 98, 347, 505, 565, 268], pixels.Take(10));
        int[] rows = [.. Enumerable.Range(0, 60_000)];
        random.Shuffle(rows.AsSpan());
        Assert.Equal([24837, 46152, 26775, 47545, 59226], rows.Take(5));
    }

    [Fact]
    public void The_split_without_a_permutation_is_the_specifications()
    {
        int[] rows = [.. Enumerable.Range(0, 60_000)];
        new PythonRandom(3247).Shuffle(rows.AsSpan());
        Assert.Equal([59765, 13236, 56835, 28983, 3990], rows.Take(5));
        Assert.Equal([52034, 5214, 11001], rows.Skip(48_000).Take(3));
    }

    [Fact]
    public void Doubles_samples_and_ranges_follow_each_other_as_in_python()
    {
        var random = new PythonRandom(42);
        Assert.Equal(0.6394267984578837, random.NextDouble());
        int[] hundred = [.. Enumerable.Range(0, 100)];
        Assert.Equal([3, 94, 35, 31, 28], random.Sample(hundred, 5));
        Assert.Equal([2, 1, 8, 4, 3, 0, 6, 5], random.Sample(hundred[..10], 8));
        Assert.Equal(1, random.Below(7));
        Assert.Equal([352, 618, 270, 826, 44], random.Sample([.. Enumerable.Range(0, 1000)], 40)[^5..]);
    }

    [Fact]
    public void A_seed_of_more_than_32_bits_works() => Assert.Equal(0.5043802970418443, new PythonRandom((1L << 40) + 5).NextDouble());
}
