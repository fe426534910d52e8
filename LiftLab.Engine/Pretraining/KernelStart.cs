using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// First weights with which a GPT-J is, before any training, a kernel classifier of rows in its context (Nadaraya 1964, Watson 1964): the
/// heads of
/// the first block gather the cells of their own row, the heads of the second attend to the answers of like rows, the head names the
/// answer. Training
/// starts from there instead of having to find the first composition of two layers by chance. Every weight stays trainable.
/// </summary>
/// <param name="cells">Cells of a row.</param>
/// <param name="sharpness">Mean logit of the kernel between equal rows.</param>
sealed class KernelStart(LanguageModel model, Tokenizer tokenizer, int cells, double sharpness, long seed) : IDisposable
{
    /// <summary>Logits: of the place that a gathering head looks at, and of an answer's token over any other.</summary>
    const double Near = 30,
        Answer = 6;

    /// <summary>
    /// Cosines of the six turns of base 20 that add to the flattest window of two tokens with the least beside it, found by linear
    /// programming.
    /// </summary>
    static readonly double[] Window = [.272, .121, .211, .112, .159, .125];

    /// <summary>How much greater than a token's own vector what a head gives back is written.</summary>
    const double Gathered = 3,
        Told = 2;

    /// <summary>What the window above is made for, and what the two first blocks need.</summary>
    public const string Needs =
        "two layers, three heads of more than 13 dimensions, rotary 12 with a base of 20, two levelColumns for each head, and a tokenDeviation";

    public static bool Suits(PretrainRecipe recipe) =>
        recipe is { Layers: >= 2, Rotary: 12, RotaryBase: 20, TokenDeviation: > 0 }
        && recipe.LevelColumns == 2 * recipe.Heads
        && recipe.Width / recipe.Heads > 13
        && recipe.Heads >= 3;

    readonly Generator generator = new((ulong)seed + 1);
    readonly int width = model.Config.Width,
        heads = model.Config.Heads,
        head = model.Config.HeadWidth,
        rotary = model.Config.RotaryWidth;

    public void Apply()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // orthonormal directions: what is always there, what marks a cell, what marks an answer and a question, the gathered rows, the rest
        var (directions, _) = linalg.qr(Normal(width, width));
        var (always, cell, answer, question) = (
            directions.select(1, 0),
            directions.select(1, 1),
            directions.select(1, 2),
            directions.select(1, 3)
        );
        var (rows, rest) = (directions.narrow(1, 4, 2 * head), directions.narrow(1, 4 + 2 * head, width - 4 - 2 * head));
        var length = Math.Sqrt(width);

        var table = model.Tokens.Layer.Weights.First().Value;
        // only what was gathered stands where rows are compared
        table.AddInPlace(table.mm(rows).mm(rows.t()), -1);
        int[] answers = [.. Enumerable.Range('0', 10)];
        for (var id = 0; id < Math.Min(table.shape[0], tokenizer.VocabularySize); id++)
            if ((tokenizer.Levels > 0 && id >= tokenizer.FirstLevelId) || (id is > ' ' and < 127 && !answers.Contains(id)))
                table[id].AddInPlace(cell.Times(length));
        foreach (var id in answers)
            table[id].AddInPlace(answer.Times(length));

        table[tokenizer.PromptEndIds[0]].copy_(question.Times(length)); // nothing of its own that would speak for one answer
        foreach (var norm in model.Weights.Where(w => w.Name.EndsWith(".ln_1.bias", StringComparison.Ordinal) && Block(w.Name) < 2))
            norm.Value.copy_(always.Times(length));
        Gather(answer, question, cell, rows, directions.narrow(1, 4, width - 4));
        Match(always, answer, rows, rest);

        // the head starts from the tokens' own vectors, as far as the second block hands them on
        var naming = model.Linears.Last().Layer.Weights.First().Value;
        foreach (var id in answers)
            naming[id].copy_(rest.mv(rest.t().mv(table[id])).Times(0.6 / length));
    }

    /// <summary>
    /// Block 0: each head looks at its part of the row's cells, near to far, and writes what it finds among <paramref name="rows"/>.
    /// </summary>
    void Gather(Tensor answer, Tensor question, Tensor cell, Tensor rows, Tensor read)
    {
        var (query, key, value, back) = Projections(0);
        var pairs = rotary / 2;
        var part = rows.shape[1] / heads;
        for (var h = 0; h < heads; h++)
        {
            // from "###" the cells are 1 to n tokens back, from the answer one more: both must meet the same cells
            var centre = (h + 0.5) * cells / heads + 0.5;
            for (var i = 0; i < pairs; i++)
            {
                var turn = Math.Pow(model.Config.RotaryBase, -2.0 * i / rotary);
                // an answer's and a cell's own vector and their marks share the norm; a question is its mark alone
                var share = Math.Sqrt(Near * Window[i] * Math.Sqrt(head) / (0.7 * width));
                var ask = question.Times(share * Math.Cos(-centre * turn)).Plus(answer.Times(share / 0.7 * Math.Cos(-(centre + 1) * turn)));
                var lean = question
                    .Times(share * Math.Sin(-centre * turn))
                    .Plus(answer.Times(share / 0.7 * Math.Sin(-(centre + 1) * turn)));
                query[h * head + 2 * i].copy_(ask);
                query[h * head + 2 * i + 1].copy_(lean);
                key[h * head + 2 * i].copy_(cell.Times(share));
                key[h * head + 2 * i + 1].zero_();
            }
            query.narrow(0, h * head + rotary, head - rotary).zero_();
            key.narrow(0, h * head + rotary, head - rotary).zero_();
            var (some, _) = linalg.qr(Normal((int)read.shape[1], (int)part));
            value.narrow(0, h * head, head).zero_();
            value.narrow(0, h * head, part).copy_(read.mm(some).t());
            back.narrow(1, h * head, head).zero_();
            back.narrow(1, h * head, part).copy_(rows.narrow(1, h * part, part).Times(Gathered));
        }
    }

    /// <summary>Block 1: each head compares rows in its own part of what was gathered, reads the answer and writes it back.</summary>
    void Match(Tensor always, Tensor answer, Tensor rows, Tensor rest)
    {
        var (query, key, value, back) = Projections(1);
        var free = head - rotary - 1;
        for (var h = 0; h < heads; h++)
        {
            var (q, k) = (query.narrow(0, h * head, head), key.narrow(0, h * head, head));
            q.zero_();
            k.zero_();
            var (turn, _) = linalg.qr(Normal(2 * head, free));
            var compare = rows.mm(turn).t().Times(Math.Sqrt(sharpness * Math.Sqrt(head) / (0.4 * free)));
            q.narrow(0, rotary, free).copy_(compare);
            k.narrow(0, rotary, free).copy_(compare);
            var mark = Math.Sqrt(Answer * Math.Sqrt(head) / (0.6 * width));
            q[head - 1].copy_(always.Times(mark));
            k[head - 1].copy_(answer.Times(mark));
            var (some, _) = linalg.qr(Normal((int)rest.shape[1], head));
            var hand = rest.mm(some);
            value.narrow(0, h * head, head).copy_(hand.t());
            back.narrow(1, h * head, head).copy_(hand.Times(Told));
        }
    }

    (Tensor Query, Tensor Key, Tensor Value, Tensor Back) Projections(int block)
    {
        Tensor Of(string part) =>
            model
                .Linears.First(s => Block(s.Name) == block && s.Name.EndsWith(".attn." + part, StringComparison.Ordinal))
                .Layer.Weights.First()
                .Value;
        return (Of("q_proj"), Of("k_proj"), Of("v_proj"), Of("out_proj"));
    }

    /// <summary>Of a name such as <c>transformer.h.1.attn.q_proj</c>.</summary>
    static int Block(string name) => int.Parse(name.Split('.')[2], System.Globalization.CultureInfo.InvariantCulture);

    Tensor Normal(int rows, int columns) => randn([rows, columns], generator: generator);

    public void Dispose() => generator.Dispose();
}
