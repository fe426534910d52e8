using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

/// <summary>Answers are the same with possible ones sent along and without, wherever they leave them.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class DraftedAnswersTests
{
    const int Vocabulary = 61,
        Mark = 7,
        Own = 11,
        Longest = 8;
    static readonly NumberTokens Numbers = new(Mark, Own);

    static readonly string[] Configs =
    [
        .. ArchitectureTests.TinyConfigs,
        """{"model_type":"gptj","n_embd":32,"n_head":4,"n_layer":2,"rotary_dim":4,"n_positions":64,"vocab_size":61}""",
        """{"model_type":"gpt2","n_embd":32,"n_head":4,"n_layer":2,"n_positions":64,"vocab_size":61}""",
    ];

    public static TheoryData<string> Architectures => [.. Configs];

    /// <summary>Prompts of unlike lengths, most of which begin alike; one is asked three times.</summary>
    static int[][] Prompts()
    {
        var random = new Random(2);
        int[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))];
        var beginning = Draw(9);
        int[][] made = [.. Enumerable.Range(0, 14).Select(i => i % 4 == 0 ? Draw(3 + i) : (int[])[.. beginning, .. Draw(1 + i)])];
        return [.. made, made[5], made[5]];
    }

    /// <summary>Whole answers, some that part from one half way, and some that nobody gives.</summary>
    static int[][] Drafts(IReadOnlyList<Generated> answers)
    {
        int[][] given = [.. answers.Select(a => NumberTokens.Ids(a.Text)).Where(ids => ids.Length > 1)];
        return [given[0], [.. given[1], Mark], [.. given[3][..2], 60, 59], [.. given[5][..1], 1, 2], [58, 57], [56], []];
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Greedy_answers_are_those_without_drafts(string config)
    {
        using var scope = NewDisposeScope();
        using var model = ArchitectureTests.Random(config);
        var prompts = Prompts();
        var plain = new AnswerGenerator(model, Numbers).Generate(prompts, new(Longest));
        Same([.. prompts.Select(p => new AnswerGenerator(model, Numbers).Generate([p], new(Longest))[0])], plain); // each alone
        Same(plain, new AnswerGenerator(model, Numbers, drafts: Drafts(plain)).Generate(prompts, new(Longest)));
        // in many passes
        Same(plain, new AnswerGenerator(model, Numbers, tokenBudget: 60, drafts: Drafts(plain)).Generate(prompts, new(Longest)));
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Drawn_answers_are_those_without_drafts(string config)
    {
        using var scope = NewDisposeScope();
        using var model = ArchitectureTests.Random(config);
        int[][] prompts = [.. Prompts().SelectMany(p => Enumerable.Repeat(p, 4))];
        foreach (
            var decoding in new Decoding[]
            {
                new(Longest, 1, Seed: 4),
                new(Longest, 0.7, TopK: 3, Seed: 5),
                new(Longest, 1, TopK: 2, Seed: 6),
            }
        )
        {
            var plain = new AnswerGenerator(model, Numbers).Generate(prompts, decoding);
            Same(plain, new AnswerGenerator(model, Numbers, drafts: Drafts(plain)).Generate(prompts, decoding));
        }
    }

    [Fact]
    public void An_answer_may_end_in_the_tree_at_either_end_mark_or_be_cut_there()
    {
        using var scope = NewDisposeScope();
        using var model = ArchitectureTests.Random(Configs[0]);
        var prompts = Prompts();
        int[] first =
        [
            .. new AnswerGenerator(model, new NumberTokens(-1, -1))
                .Generate(prompts, new(Longest))
                .Select(a => NumberTokens.Ids(a.Text)[0]),
        ];
        foreach (var tokens in new NumberTokens[] { new(first[0], -1), new(-1, first[0]), new(first[1], first[2]) })
        foreach (var longest in new[] { 0, 1, 2, Longest })
        {
            var plain = new AnswerGenerator(model, tokens).Generate(prompts, new(longest));
            int[][] drafts = [.. first.Distinct().Select(f => (int[])[f, 3, 4, first[0]])];
            Same(plain, new AnswerGenerator(model, tokens, drafts: [.. drafts.Take(3)]).Generate(prompts, new(longest)));
        }
    }

    [Fact]
    public void Answers_in_the_tree_are_done_in_the_prompts_own_pass_and_others_are_as_far_as_it_goes()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = ArchitectureTests.Random(Configs[0]);
        var prompts = Prompts();
        Decoding decoding = new(4);
        int[][] plain =
        [
            .. new AnswerGenerator(model, new NumberTokens(-1, -1)).Generate(prompts, decoding).Select(a => NumberTokens.Ids(a.Text)),
        ];
        UnfinishedAnswer[] answers = [.. prompts.Select((p, i) => new UnfinishedAnswer(p, i, decoding))];
        var tree = DraftTree.Of([plain[0], [.. plain[1][..2], 60, 60]])!;
        new DraftedAnswers(model, tree, new(model, new NumberTokens(-1, -1), greedy: true), 8192).Write(answers, default);
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.Equal(plain[i].Take(answers[i].Tokens.Count), answers[i].Tokens);
            Assert.NotEmpty(answers[i].Tokens);
        }
        Assert.True(answers[0].IsDone);
        Assert.Equal((3, false), (answers[1].Tokens.Count, answers[1].IsDone));
    }

    [Fact]
    public void Where_the_answers_are_others_the_tree_is_given_up()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = ArchitectureTests.Random(Configs[0]);
        int[][] prompts = [.. Enumerable.Range(0, 1200).Select(i => (int[])[i / 50, i % 50, 5])];
        UnfinishedAnswer[] answers = [.. prompts.Select((p, i) => new UnfinishedAnswer(p, i, new(2)))];
        new DraftedAnswers(
            model,
            DraftTree.Of([
                [60, 60],
            ])!,
            new(model, Numbers, greedy: true),
            tokenBudget: 90
        ).Write(answers, default); // 30 prompts in a pass
        Assert.InRange(answers.Count(a => a.Tokens.Count > 0), 1, 60);
        var plain = new AnswerGenerator(model, Numbers).Generate(prompts, new(2));
        Same(
            plain,
            new AnswerGenerator(
                model,
                Numbers,
                drafts:
                [
                    [60, 60],
                ]
            ).Generate(prompts, new(2))
        );
    }

    [Fact]
    public void Prompts_behind_which_the_drafts_have_no_place_are_answered_without()
    {
        using var scope = NewDisposeScope();
        using var model = ArchitectureTests.Random(Configs[^1]); // learns 64 positions
        int[] prompt = [.. Enumerable.Range(0, 63).Select(i => i * 7 % Vocabulary)];
        var plain = new AnswerGenerator(model, Numbers).Generate([prompt], new(1));
        Same(
            plain,
            new AnswerGenerator(
                model,
                Numbers,
                drafts:
                [
                    [1, 2, 3, 4, 5],
                ]
            ).Generate([prompt], new(1))
        );
    }

    /// <summary>
    /// Pearson's statistic of 20,000 answers of two tokens from a vocabulary of five: 24 degrees of freedom, above 51.2 in one of a
    /// thousand.
    /// </summary>
    [Fact]
    public void Drawn_answers_are_distributed_as_the_model_says()
    {
        const int Words = 5,
            Draws = 20_000;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = ArchitectureTests.Random(
            """{"model_type":"gptj","n_embd":32,"n_head":4,"n_layer":2,"rotary_dim":4,"n_positions":64,"vocab_size":5}"""
        );
        int[] prompt = [1, 4, 2];
        double[] Shares(int[] ids) =>
            [
                .. nn
                    .functional.softmax(model.Logits(tensor(ids.Select(i => (long)i).ToArray(), [1, ids.Length]))[0, ids.Length - 1], -1)
                    .data<float>()
                    .ToArray()
                    .Select(p => (double)p),
            ];
        var answers = new AnswerGenerator(
            model,
            new NumberTokens(-1, -1),
            drafts:
            [
                [0, 3],
                [2, 2],
                [2, 1],
            ]
        ).Generate([.. Enumerable.Repeat(prompt, Draws)], new(2, 1, Seed: 8));
        var counts = answers.GroupBy(a => a.Text).ToDictionary(g => g.Key, g => g.Count());
        var first = Shares(prompt);
        var statistic = 0.0;
        for (var a = 0; a < Words; a++)
        {
            var second = Shares([.. prompt, a]);
            for (var b = 0; b < Words; b++)
            {
                var expected = Draws * first[a] * second[b];
                Assert.True(expected > 5, "too few are expected for Pearson's statistic");
                statistic += Math.Pow(counts.GetValueOrDefault($"{a} {b}") - expected, 2) / expected;
            }
        }
        Assert.InRange(statistic, 0, 51.2);
    }

    [Fact]
    public void A_tree_holds_each_answer_once_and_no_more_than_pays()
    {
        Assert.Null(DraftTree.Of(null));
        Assert.Null(
            DraftTree.Of([
                [],
            ])
        );
        var tree = DraftTree.Of([
            [1, 2, 3],
            [1, 2, 3],
            [1, 5],
            [9],
        ])!;
        Assert.Equal(2, tree.Branches.Count); // 1 and 1 2: behind the others nothing is asked
        Assert.Equal(2, tree.Depth);
        Assert.Equal(0, tree.Behind(-1, 1));
        Assert.Equal(1, tree.Behind(0, 2));
        foreach (var (node, token) in new[] { (-1, 9), (0, 5), (1, 3), (-1, 4) })
            Assert.Null(tree.Behind(node, token));
        Assert.NotNull(DraftTree.Of([.. Enumerable.Range(0, 12).Select(i => (int[])[i, 50, 51])]));
        Assert.Null(DraftTree.Of([.. Enumerable.Range(0, 20).Select(i => (int[])[i, 50, 51])]));
    }

    [Fact]
    public void A_table_s_labels_go_through_the_model_with_its_prompts()
    {
        using var scope = NewDisposeScope();
        var task = TwoGroups.Of(TaskKind.Classification);
        var prompts = TablePrompts.Fit(
            PromptPresets.Named("paper", TaskKind.Classification),
            task.Table,
            task.Schema,
            task.Split.Train,
            task.Labels
        );
        var model = new LanguageModel(GptJ.Sized(TinyModel.Tokenizer.VocabularySize, 32, 2, 2, 8, 256));
        new Initialisation(0.05).Apply(model, 1);
        using var prompted = new PromptedModel(model, TinyModel.Tokenizer, prompts, FineTunePresets.Paper);
        var key = model.Linears.First(l => l.Name == "transformer.h.1.attn.k_proj");
        var seen = new LengthLayer(key.Layer);
        key.Layer = seen;
        var row = task.Split.Test[0];
        prompted.Texts(task.Table, [row], DecodingMode.Greedy, 0);
        var tree = DraftTree.Of([.. prompts.Completions.Select(c => TinyModel.Tokenizer.Encode(prompts.Template.Joint + c))])!;
        Assert.Equal(TinyModel.Tokenizer.EncodePrompt(prompts.Prompt(task.Table, row)).Length + tree.Branches.Count, seen.Lengths[0]);
    }

    static void Same(IReadOnlyList<Generated> plain, IReadOnlyList<Generated> drafted)
    {
        Assert.Equal(plain.Select(a => (a.Text, a.Ended)), drafted.Select(a => (a.Text, a.Ended)));
        for (var i = 0; i < plain.Count; i++)
            Assert.Equal(plain[i].LogProbability, drafted[i].LogProbability, 1e-4 * (1 + Math.Abs(plain[i].LogProbability)));
    }

    /// <summary>Remembers how many tokens it was given.</summary>
    sealed class LengthLayer(LinearLayer inner) : LinearLayer(inner.Inputs, inner.Outputs)
    {
        public List<long> Lengths { get; } = [];
        public override IEnumerable<Weight> Weights => inner.Weights;
        public override Weight? Bias => inner.Bias;

        public override Tensor Product(Tensor x) => inner.Product(x);

        public override Tensor Forward(Tensor x)
        {
            Lengths.Add(x.shape[1]);
            return inner.Forward(x);
        }
    }
}
