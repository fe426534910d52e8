using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// Initial weights that make an untrained GPT-J a kernel classifier of the rows in its context (Nadaraya 1964, Watson 1964): the heads of
/// block 0 gather the cells of their own row, the heads of block 1 attend to the answers of similar rows, and the output head predicts the
/// answer. Training then need not find this composition of two layers by chance. All weights are trainable.
/// </summary>
/// <param name="cells">Number of cells per row.</param>
/// <param name="sharpness">Mean attention logit between equal rows.</param>
sealed class KernelStart(LanguageModel model, Tokenizer tokenizer, int cells, double sharpness, long seed) : IDisposable
{
    /// <summary>
    /// Attention logits: of the positions that a gathering head attends to, and of an answer's token over any other token.
    /// </summary>
    const double Near = 30,
        Answer = 6;

    /// <summary>
    /// Weights of the cosines of the six rotary frequencies of base 20 whose sum is the flattest window over two tokens with the smallest
    /// values outside it, found by linear programming.
    /// </summary>
    static readonly double[] Window = [.272, .121, .211, .112, .159, .125];

    /// <summary>Scale of a head's output relative to the token's own vector, in block 0 and in block 1.</summary>
    const double Gathered = 3,
        Told = 2;

    /// <summary>Requirements of <see cref="Window"/> and of the first two blocks.</summary>
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
        // orthonormal directions: a constant; the marks of cells, answers and questions; the gathered rows; the rest
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
        // token vectors get no component in the subspace in which rows are compared: it holds only gathered cells
        table.AddInPlace(table.mm(rows).mm(rows.t()), -1);
        int[] answers = [.. Enumerable.Range('0', 10)];
        for (var id = 0; id < Math.Min(table.shape[0], tokenizer.VocabularySize); id++)
            if ((tokenizer.Levels > 0 && id >= tokenizer.FirstLevelId) || (id is > ' ' and < 127 && !answers.Contains(id)))
                table[id].AddInPlace(cell.Times(length));
        foreach (var id in answers)
            table[id].AddInPlace(answer.Times(length));

        table[tokenizer.PromptEndIds[0]].copy_(question.Times(length)); // no own vector, which would favour one answer
        foreach (var norm in model.Weights.Where(w => w.Name.EndsWith(".ln_1.bias", StringComparison.Ordinal) && Block(w.Name) < 2))
            norm.Value.copy_(always.Times(length));
        Gather(answer, question, cell, rows, directions.narrow(1, 4, width - 4));
        Match(always, answer, rows, rest);

        // the head uses the answer tokens' own vectors, projected to the subspace that block 1 passes on
        var naming = model.Linears.Last().Layer.Weights.First().Value;
        foreach (var id in answers)
            naming[id].copy_(rest.mv(rest.t().mv(table[id])).Times(0.6 / length));
    }

    /// <summary>
    /// Block 0: each head attends to its part of the row's cells, from near to far, and writes the result to the subspace <paramref
    /// name="rows"/>.
    /// </summary>
    void Gather(Tensor answer, Tensor question, Tensor cell, Tensor rows, Tensor read)
    {
        var (query, key, value, back) = Projections(0);
        var pairs = rotary / 2;
        var part = rows.shape[1] / heads;
        for (var h = 0; h < heads; h++)
        {
            // from "###" the cells are 1 to n tokens back, from the answer 2 to n + 1: both must attend to the same cells
            var centre = (h + 0.5) * cells / heads + 0.5;
            for (var i = 0; i < pairs; i++)
            {
                var turn = Math.Pow(model.Config.RotaryBase, -2.0 * i / rotary);
                // for answers and cells the layer norm is shared by their own vector and their mark; a question is only its mark
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

    /// <summary>
    /// Block 1: each head compares rows in its own random projection of the gathered cells, and copies the answers of similar rows.
    /// </summary>
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

    /// <summary>Index of the block in a name such as <c>transformer.h.1.attn.q_proj</c>.</summary>
    static int Block(string name) => int.Parse(name.Split('.')[2], System.Globalization.CultureInfo.InvariantCulture);

    Tensor Normal(int rows, int columns) => randn([rows, columns], generator: generator);

    public void Dispose() => generator.Dispose();
}
