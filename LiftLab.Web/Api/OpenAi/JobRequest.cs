using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>Reads the body of a request for a job.</summary>
static class JobRequest
{
    const int MostMetadata = 16,
        LongestName = 64,
        LongestValue = 512,
        MostEpochs = 1_000,
        MostRows = 1_024;

    const double MostRate = 100;

    public static NewJob Read(RequestBody body, string? key)
    {
        var method = body.Json["method"] switch
        {
            null => null,
            JsonObject given => given,
            _ => throw RequestBody.Invalid("method", "an object"),
        };
        if (method?["type"] is { } type && (type as JsonValue)?.TryGetValue(out string? word) == true && word != "supervised")
            throw ServingException.Wrong(
                $"The method '{word}' is not supported: LiftLab fine-tunes with the method 'supervised'.",
                "method",
                "unsupported_method"
            );
        body.Refuse("integrations", RequestBody.IsEmpty);
        var inner = method?["supervised"] is JsonObject supervised ? supervised["hyperparameters"] as JsonObject : null;
        var set = new RequestBody(inner ?? body.Json["hyperparameters"] as JsonObject ?? []);
        return new(
            body.Demand("model"),
            body.Demand("training_file"),
            body.Text("validation_file"),
            Suffix(body),
            body.Whole("seed", 0, int.MaxValue) ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            new(
                IsAuto(set, "n_epochs") ? null : set.Whole("n_epochs", 1, MostEpochs),
                IsAuto(set, "batch_size") ? null : set.Whole("batch_size", 1, MostRows),
                IsAuto(set, "learning_rate_multiplier") || !set.Has("learning_rate_multiplier") ? null : Rate(set)
            ),
            Metadata(body),
            key,
            Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(body.Json.ToJsonString())))
        );
    }

    static double Rate(RequestBody set) =>
        set.Number("learning_rate_multiplier", 1, 0, MostRate) is > 0 and var rate
            ? rate
            : throw ServingException.Wrong(
                "Invalid 'learning_rate_multiplier': it must be above 0.",
                "learning_rate_multiplier",
                "invalid_value"
            );

    static bool IsAuto(RequestBody set, string name) =>
        set.Json[name] is JsonValue value && value.TryGetValue(out string? text) && text == "auto";

    static string? Suffix(RequestBody body)
    {
        if (body.Text("suffix") is not { Length: > 0 } suffix)
            return null;
        return suffix.Length <= LongestName && suffix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? suffix
            : throw ServingException.Wrong(
                $"Invalid 'suffix': give at most {LongestName} letters, digits, hyphens, underscores and dots.",
                "suffix",
                "invalid_value"
            );
    }

    static Dictionary<string, string> Metadata(RequestBody body)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (body.Json["metadata"] is not { } node)
            return metadata;
        if (node is not JsonObject { Count: <= MostMetadata } given)
            throw RequestBody.Invalid("metadata", $"an object with at most {MostMetadata} entries");
        foreach (var (name, value) in given)
            metadata[name] =
                name.Length <= LongestName && value is JsonValue v && v.TryGetValue(out string? text) && text.Length <= LongestValue
                    ? text
                    : throw RequestBody.Invalid(
                        "metadata",
                        $"texts: names of at most {LongestName} characters, values of at most {LongestValue}"
                    );
        return metadata;
    }
}
