using System.Collections.Concurrent;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace LiftLab.Engine.OpenAi.Money;

/// <summary>Counts the tokens of texts with the tokenizer of a provider's model.</summary>
public sealed class TokenCount
{
    /// <summary>Usual bytes of a token of English text, for models whose tokenizer is not known here.</summary>
    const double BytesPerToken = 4;

    static readonly ConcurrentDictionary<string, Tokenizer?> Known = new(StringComparer.Ordinal);

    readonly Tokenizer? tokenizer;

    /// <param name="model">A base model, or a fine-tuned one ("ft:BASE:...").</param>
    public TokenCount(string model)
    {
        var name = model.StartsWith("ft:", StringComparison.Ordinal) ? model[3..].Split(':')[0] : model;
        tokenizer = Known.GetOrAdd(name, Create);
    }

    /// <summary>Whether the counts are those of the model's own tokenizer.</summary>
    public bool IsExact => tokenizer is not null;

    public int Of(string text) => tokenizer?.CountTokens(text) ?? (int)Math.Ceiling(Encoding.UTF8.GetByteCount(text) / BytesPerToken);

    static Tokenizer? Create(string model)
    {
        try
        {
            return TiktokenTokenizer.CreateForModel(model);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
