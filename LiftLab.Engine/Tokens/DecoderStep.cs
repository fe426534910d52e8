using System.Globalization;
using System.Text;

namespace LiftLab.Engine.Tokens;

/// <summary>A step of decoding token texts to text; an entry of "decoder" in a tokenizer.json.</summary>
abstract record DecoderStep
{
    public abstract List<string> Apply(List<string> tokens);
}

/// <summary>Decodes tokens from <see cref="ByteAlphabet"/>; a token with other characters is kept as text.</summary>
sealed record BytesJoined : DecoderStep
{
    public override List<string> Apply(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
            bytes.AddRange(BytesOf(token));
        return [Encoding.UTF8.GetString([.. bytes])];
    }

    public static byte[] BytesOf(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            var value = ByteAlphabet.ByteOf(token[i]);
            if (value < 0)
                return Encoding.UTF8.GetBytes(token);
            bytes[i] = (byte)value;
        }
        return bytes;
    }
}

sealed record TextReplaced(string Text, string By) : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => tokens.ConvertAll(t => t.Replace(Text, By, StringComparison.Ordinal));
}

/// <summary>Decodes adjacent byte tokens ("&lt;0xE2&gt;") as UTF-8; if that fails, each of them becomes U+FFFD.</summary>
sealed record ByteTokensJoined : DecoderStep
{
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public override List<string> Apply(List<string> tokens)
    {
        var (result, pending) = (new List<string>(tokens.Count), new List<byte>());
        void Flush()
        {
            if (pending.Count == 0)
                return;
            try
            {
                result.Add(Strict.GetString([.. pending]));
            }
            catch (DecoderFallbackException)
            {
                result.Add(new('\uFFFD', pending.Count));
            }
            pending.Clear();
        }
        foreach (var token in tokens)
        {
            if (ByteOf(token) is { } value)
            {
                pending.Add(value);
                continue;
            }
            Flush();
            result.Add(token);
        }
        Flush();
        return result;
    }

    public static byte? ByteOf(string token) =>
        token.Length == 6
        && token.StartsWith("<0x", StringComparison.Ordinal)
        && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}

sealed record Fused : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>
/// Removes up to <paramref name="Start"/> and <paramref name="Stop"/> occurrences of a character from the start and the end of each token.
/// </summary>
sealed record EndsStripped(char Character, int Start, int Stop) : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => tokens.ConvertAll(Strip);

    string Strip(string token)
    {
        var (from, to) = (0, token.Length);
        while (from < Math.Min(Start, token.Length) && token[from] == Character)
            from++;
        while (to > from && token.Length - to < Stop && token[to - 1] == Character)
            to--;
        return token[from..to];
    }
}

/// <summary>Replaces the visible blank by a space; removes the one added at the start of the text.</summary>
sealed record BlanksRestored(char Blank, bool DropFirst) : DecoderStep
{
    public override List<string> Apply(List<string> tokens)
    {
        var result = tokens.ConvertAll(t => t.Replace(Blank, ' '));
        if (DropFirst && tokens.Count > 0)
            result[0] = tokens[0].Replace(Blank.ToString(), "", StringComparison.Ordinal);
        return result;
    }
}
