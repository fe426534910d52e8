using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>A predictor that asks a language model about each row: it shows the question.</summary>
public interface IAsksInWords
{
    /// <summary>The question about a row, as the model is given it.</summary>
    AskedWords Words(Table table, int row);

    /// <summary>Cells whose text ends the question too early, at most one problem per column.</summary>
    IReadOnlyList<Problem> Unaskable(Table table);
}

/// <summary>A question to a language model.</summary>
/// <param name="Cells">The places of the row's cells in the text, in the order of the text.</param>
/// <param name="Tokens">All tokens of the text, in their order.</param>
/// <param name="Room">Maximum number of tokens of a question that leaves room for an answer.</param>
public sealed record AskedWords(string Text, IReadOnlyList<AskedWords.Cell> Cells, IReadOnlyList<AskedWords.Token> Tokens, int Room)
{
    /// <param name="Start">In UTF-16 units from 0, as <paramref name="Length"/>.</param>
    public sealed record Cell(string Column, int Start, int Length);

    /// <param name="Start">In UTF-16 units from 0, as <paramref name="Length"/>; a token that the tokenizer adds has length 0.</param>
    public sealed record Token(int Id, int Start, int Length);
}
