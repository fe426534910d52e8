using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>The header <c>Idempotency-Key</c>: a request that is sent again with its key is answered with the first result.</summary>
static class Idempotency
{
    const int Longest = 255;

    /// <summary>Null where there is none.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        return key.Length == 0 ? null
            : key.Length <= Longest ? key
            : throw ServingException.Wrong($"The Idempotency-Key is longer than {Longest} characters.", code: "invalid_value");
    }
}
