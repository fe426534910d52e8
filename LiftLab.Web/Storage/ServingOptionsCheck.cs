using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage;

/// <summary>Checks the settings of the OpenAI-compatible server at the start.</summary>
sealed class ServingOptionsCheck : IValidateOptions<ServingOptions>
{
    /// <summary>Characters of the shortest key that is accepted.</summary>
    const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, ServingOptions options)
    {
        var wrong = new List<string>();
        if (options.Key.Length is > 0 and < ShortestKey)
            wrong.Add($"LiftLab:Serving:Key is shorter than {ShortestKey} characters: others could guess it (--serve auto makes one)");
        if (options.Key.Any(c => c is <= ' ' or > '~'))
            wrong.Add("LiftLab:Serving:Key has blanks or characters other than ASCII, which a header cannot carry");
        if (options.Organization is not { Length: > 0 and <= 32 } org || !org.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            wrong.Add("LiftLab:Serving:Organization: give 1 to 32 letters, digits and hyphens");
        if (options.RequestsPerMinute < 1 || options.MaxCompletions < 1 || options.MaxFileBytes < 1)
            wrong.Add("LiftLab:Serving: RequestsPerMinute, MaxCompletions and MaxFileBytes must be at least 1");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
