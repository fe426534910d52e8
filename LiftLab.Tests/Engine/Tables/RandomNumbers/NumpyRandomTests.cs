using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Tests.Engine.Tables.RandomNumbers;

/// <summary>Goldens made with numpy 1.24.2 and, where named, from section 5.10 of the paper's specification.</summary>
public sealed class NumpyRandomTests
{
    [Fact]
    public void Normals_are_numpys_to_the_last_bit()
    {
        var random = new NumpyRandom(0);
        Assert.Equal(
            [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675],
            Enumerable.Range(0, 5).Select(_ => random.Normal())
        );
        Assert.Equal(0.4375872112626925, random.NextDouble());
        Assert.Equal([6, 8, 8, 10, 1, 6, 7, 7], Enumerable.Range(0, 8).Select(_ => random.Integer(0, 11)));
        Assert.Equal([5, 5], Enumerable.Range(0, 2).Select(_ => random.Integer(5, 6)));
        Assert.Equal([19, 7, 16, 6, 1], random.Choice(20, 5));
    }

    [Fact]
    public void Uniforms_normals_and_permutations_follow_each_other_as_in_numpy()
    {
        var random = new NumpyRandom(123);
        Assert.Equal(
            [3.9293837119572324, -4.277213300992411, -5.462970928715938],
            Enumerable.Range(0, 3).Select(_ => random.Uniform(-10, 10))
        );
        Assert.Equal([7.21511039965048, 3.2193622914497904, 2.966318205018865], Enumerable.Range(0, 3).Select(_ => random.Normal(2, 3)));
        Assert.Equal([13, 11, 9, 7, 5], random.Permutation([5, 7, 9, 11, 13]));
    }

    [Fact]
    public void The_first_doubles_of_seed_123_are_the_specifications()
    {
        var random = new NumpyRandom(123);
        Assert.Equal([.6964691855978616, .28613933495037946, .2268514535642031], Enumerable.Range(0, 3).Select(_ => random.NextDouble()));
    }

    [Theory]
    [InlineData(0, new[] { 2, 8, 4, 9, 1, 6, 7, 3, 0, 5 })]
    [InlineData(42, new[] { 8, 1, 5, 0, 7, 2, 9, 4, 3, 6 })]
    public void Permutations_of_ten_are_the_specifications(int seed, int[] expected) =>
        Assert.Equal(expected, new NumpyRandom(seed).Permutation(10));

    [Fact]
    public void The_largest_seed_works()
    {
        var random = new NumpyRandom(4294967295u);
        Assert.Equal(0.0976320289940138, random.NextDouble());
        Assert.Equal([1771170828, 269265991], Enumerable.Range(0, 2).Select(_ => random.Integer(0, int.MaxValue)));
    }

    [Fact]
    public void A_negative_seed_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NumpyRandom(-1));

    [Fact]
    public void More_items_than_there_are_cannot_be_chosen() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumpyRandom(1).Choice(3, 4));
}
