using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

public sealed class PackedSequencesTests
{
    static readonly int[][] Sorted =
    [
        [5, 6, 7, 8],
        [5, 6, 7, 9, 10],
        [5, 6, 11],
        [12, 13],
    ];
    static readonly BranchToken[] Tree = [new(20, -1, 1), new(21, 0, 2), new(22, -1, 1)];

    [Fact]
    public void What_neighbours_share_stands_in_the_line_once_and_what_is_read_stands_last()
    {
        var packed = new PackedSequences(Sorted, 0, [Tree[0]]);
        Assert.Equal([5, 6, 7, 9, 12, 8, 20, 10, 20, 11, 20, 13, 20], packed.Ids);
        Assert.Equal([0, 1, 2, 3, 0, 3, 4, 4, 5, 2, 3, 1, 2], packed.Positions);
        Assert.Equal((8, 2, 6, 5), (packed.Read, packed.ReadEach, packed.Keys, packed.Queries));
        Assert.Equal([4L, 11], packed.WayOfLast(2));
        Assert.Equal(
            [0L, 1, 2],
            new PackedSequences(
                [
                    [5, 6, 7, 8],
                ],
                2,
                []
            ).WayOfLast(3)
        );
    }

    [Theory]
    [InlineData(null, false, true)]
    [InlineData(null, true, true)]
    [InlineData(3, false, true)]
    [InlineData(2, true, true)]
    [InlineData(null, false, false)]
    [InlineData(1, true, false)]
    public void The_mask_that_a_device_computes_is_the_one_that_is_written(int? window, bool readOnly, bool tree)
    {
        using var scope = NewDisposeScope();
        foreach (var carried in new[] { 0, 2 })
        {
            var packed = new PackedSequences(Sorted, carried, tree ? Tree : []);
            var computed = PackedMask.OnDevice(packed, window, readOnly, ScalarType.Float32, CPU);
            Assert.Equal([packed.Rows, 1, readOnly ? packed.ReadEach : packed.Queries, packed.Keys], computed.shape);
            Assert.Equal(packed.Mask(window, readOnly), computed.data<float>().ToArray());
        }
    }

    [Fact]
    public void Sequences_that_are_equal_or_only_carried_are_refused()
    {
        Assert.Throws<ArgumentException>(() =>
            new PackedSequences(
                [
                    [1, 2],
                    [1, 2],
                ],
                0,
                []
            )
        );
        Assert.Throws<ArgumentException>(() =>
            new PackedSequences(
                [
                    [1, 2],
                ],
                2,
                []
            )
        );
    }

    [Theory, InlineData("tiny-gptj"), InlineData("tiny-gpt2")]
    public void Reference_models_read_packed_sequences_as_they_read_each_alone(string name)
    {
        using var model = ModelFolder.Load(Golden.Of(name).Folder);
        AssertEqualsAlone(model);
    }

    [Theory, MemberData(nameof(ArchitectureTests.Tiny), MemberType = typeof(ArchitectureTests))]
    public void Every_architecture_reads_packed_sequences_as_it_reads_each_alone(string config)
    {
        using var model = ArchitectureTests.Random(config);
        AssertEqualsAlone(model);
    }

    [Theory, InlineData(3), InlineData(2)]
    public void Windows_end_where_they_end_in_a_sequence_of_its_own(int window)
    {
        using var model = new LanguageModel(GptJ.Sized(64, 32, 3, 2, 8, 64) with { Windows = [null, window, window] });
        new Initialisation(0.2).Apply(model, 4);
        AssertEqualsAlone(model);
    }

    static void AssertEqualsAlone(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var carried = new CarriedKeys(model.Config.Layers);
        // two passes, the second of which begins with what the first has computed
        var hidden = cat([model.Hidden(new(Sorted[..2], 0, Tree), carried, 2), model.Hidden(new(Sorted[2..], 2, Tree), carried)], 0);
        int[][] behind =
        [
            [],
            [20],
            [20, 21],
            [22],
        ];
        for (var r = 0; r < Sorted.Length; r++)
        for (var b = 0; b < behind.Length; b++)
        {
            long[] alone = [.. Sorted[r].Concat(behind[b]).Select(id => (long)id)];
            var expected = model.Hidden(tensor(alone, [1, alone.Length]), last: 1).flatten();
            Assert.True((hidden[r, b] - expected).abs().max().item<float>() < 1e-5, $"sequence {r}, branch {b}");
        }
    }
}
