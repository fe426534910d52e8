using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

/// <summary>Ids as numbers, for models of any vocabulary; one of them ends an answer as text, another as the model's own end.</summary>
sealed class NumberTokens(int mark, int own) : Tokenizer
{
    public override string Name => "numbers";
    public override int VocabularySize => int.MaxValue;
    public override int PadId => 0;
    public override int? EndOfText => own;

    public override int[] Encode(string text) => throw new NotSupportedException("prompts come as ids");

    public override IReadOnlyList<Piece> Pieces(string text) => throw new NotSupportedException("prompts come as ids");

    public override string Decode(IReadOnlyList<int> ids) =>
        string.Join(' ', ids.Select(id => id == mark ? AnswerEnd : id.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The ids of an answer without its end mark.</summary>
    public static int[] Ids(string text) =>
        [
            .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(t => int.Parse(t, System.Globalization.CultureInfo.InvariantCulture)),
        ];
}
