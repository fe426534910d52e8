namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>Says in plain words why a service refused a request, and what to do.</summary>
static class Refusals
{
    static readonly string[] Quota = ["insufficient_quota", "billing_hard_limit_reached", "quota_exceeded"];

    public static ProviderException Explain(string provider, int status, string body, string? requestId)
    {
        var error = ServiceError.Parse(body);
        var (code, what, whatToDo, transient) = Words(provider, status, error);
        return new(code, what, whatToDo)
        {
            Status = status,
            ServiceCode = error.Code,
            ServiceText = error.Text,
            RequestId = requestId,
            IsTransient = transient,
        };
    }

    /// <summary>Whether an answer means that the account has no money left, which waiting does not mend.</summary>
    public static bool IsQuota(string body) => Quota.Contains(ServiceError.Parse(body).Code);

    static (string Code, string What, string WhatToDo, bool Transient) Words(string provider, int status, ServiceError error)
    {
        var said = error.Text.Length > 0 ? $": \"{error.Text}\"" : "";
        return (status, error.Code) switch
        {
            (403, "training_not_available") => (
                "training-refused",
                $"{provider} no longer lets this account start fine-tunes{said}",
                "Use another provider (another LiftLab, Azure, Nebius, Together), or predict without training.",
                false
            ),
            (401, _) => ("key-refused", $"{provider} refused the key{said}", "Set a valid key for this provider.", false),
            (403, _) => ("forbidden", $"{provider} does not allow this{said}", "Ask the provider for access, or use another model.", false),
            (404, _) => (
                "not-found",
                $"{provider} does not have what was asked for{said}",
                "Check the address and the model's name; a fine-tuned model may be retired or not deployed yet.",
                false
            ),
            (410, _) => ("retired", $"{provider} has retired it{said}", "Use a model that is still served.", false),
            (409, _) => ("conflict", $"{provider} reports a conflict{said}", "Resume the run.", true),
            (413, _) => (
                "too-large",
                $"The file or prompt is too large for {provider}{said}",
                "Use fewer rows or a shorter template.",
                false
            ),
            (402, _) or (429, "insufficient_quota" or "billing_hard_limit_reached" or "quota_exceeded") => (
                "no-money",
                $"The account at {provider} has no credit left{said}",
                "Add credit or raise the limit there, then resume the run.",
                false
            ),
            (429, _) => (
                "rate-limited",
                $"{provider} asks to send fewer requests{said}",
                "Resume the run later, or ask fewer rows at once.",
                true
            ),
            (408 or 425, _) => ("timed-out", $"{provider} took too long{said}", "Resume the run.", true),
            (>= 500, _) => ("service-fault", $"{provider} has a fault (HTTP {status}){said}", "Resume the run later.", true),
            _ => (
                "refused",
                $"{provider} refused the request{(error.Param is { } field ? $" because of {field}" : "")}{said}",
                "Correct the setting that the message names.",
                false
            ),
        };
    }
}
