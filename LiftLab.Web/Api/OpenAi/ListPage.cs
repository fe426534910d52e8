using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary>A page of a list, by the parameters <c>after</c> (an id) and <c>limit</c>.</summary>
static class ListPage
{
    /// <param name="json">The item with its id.</param>
    public static JsonObject Of<T>(HttpRequest request, IReadOnlyList<T> all, Func<T, string> id, Func<T, JsonObject> json, int usual = 20)
    {
        const int Most = 10_000;
        var limit = Limit(request, usual, Most);
        var start = 0;
        if (request.Query["after"].ToString() is { Length: > 0 } after)
        {
            while (start < all.Count && id(all[start]) != after)
                start++;
            if (start == all.Count)
                throw ServingException.Wrong($"Invalid 'after': there is no item '{after}' in this list.", "after", "invalid_value");
            start++;
        }
        T[] page = [.. all.Skip(start).Take(limit)];
        return new()
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. page.Select(item => (JsonNode)json(item))]),
            ["first_id"] = page.Length > 0 ? id(page[0]) : null,
            ["last_id"] = page.Length > 0 ? id(page[^1]) : null,
            ["has_more"] = start + page.Length < all.Count,
        };
    }

    static int Limit(HttpRequest request, int usual, int most)
    {
        if (request.Query["limit"].ToString() is not { Length: > 0 } text)
            return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most
            ? limit
            : throw ServingException.Wrong($"Invalid 'limit': give 1 to {most}.", "limit", "invalid_value");
    }
}
