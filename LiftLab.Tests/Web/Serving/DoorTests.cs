using System.ClientModel;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using LiftLab.Web.Live.Serving;
using OpenAI.Models;

namespace LiftLab.Tests.Web.Serving;

/// <summary>The switch, the key and the limits of the OpenAI-compatible server.</summary>
public sealed class DoorTests
{
    [Fact]
    public async Task It_is_off_until_a_key_is_set_and_says_how_to_switch_it_on()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServedLab.Key);
        var off = await http.GetAsync("/v1/models");
        Assert.Equal(HttpStatusCode.NotFound, off.StatusCode);
        var error = JsonNode.Parse(await off.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal("serving_off", (string?)error["code"]);
        Assert.Contains("--serve KEY", (string?)error["message"], StringComparison.Ordinal);

        var serving = lab.Get<ServingSwitch>();
        var key = serving.TurnOn();
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/models")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/v1/models")).StatusCode);
        Assert.DoesNotContain(key, await File.ReadAllTextAsync(Path.Combine(lab.Folder, "serving.json")), StringComparison.Ordinal);

        serving.TurnOff();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/v1/models")).StatusCode);
    }

    [Fact]
    public async Task The_official_client_lists_the_base_models_and_gets_typed_errors()
    {
        using var lab = new ServedLab();
        OpenAIModel model = await lab.Official().GetOpenAIModelClient().GetModelAsync("lift-mini");
        Assert.Equal("lift-mini", model.Id);
        OpenAIModelCollection all = await lab.Official().GetOpenAIModelClient().GetModelsAsync();
        Assert.Contains("lift-mini", all.Select(m => m.Id));

        var missing = await Assert.ThrowsAsync<ClientResultException>(() => lab.Official().GetOpenAIModelClient().GetModelAsync("gpt-99"));
        Assert.Equal(404, missing.Status);
        Assert.Contains("model_not_found", missing.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<ClientResultException>(() =>
            lab.Official("sk-wrong").GetOpenAIModelClient().GetModelsAsync()
        );
        Assert.Equal(401, refused.Status);
        Assert.Contains("invalid_api_key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_has_a_request_id_and_an_unknown_address_has_OpenAIs_error()
    {
        using var lab = new ServedLab();
        var answer = await lab.Http.GetAsync("models");
        Assert.StartsWith("req_", answer.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
        Assert.True(answer.Headers.Contains("openai-processing-ms"));
        var unknown = await lab.Http.GetAsync("assistants");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        var error = JsonNode.Parse(await unknown.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal("unknown_url", (string?)error["code"]);
        Assert.Equal("invalid_request_error", (string?)error["type"]);
    }

    [Fact]
    public async Task Too_many_requests_wait_as_long_as_the_answer_says()
    {
        using var lab = new ServedLab(settings: ("LiftLab:Serving:RequestsPerMinute", "2"));
        await lab.Http.GetAsync("models");
        var last = await lab.Http.GetAsync("models");
        Assert.Equal(("2", "0"), (Header(last, "x-ratelimit-limit-requests"), Header(last, "x-ratelimit-remaining-requests")));
        var over = await lab.Http.GetAsync("models");
        Assert.Equal(HttpStatusCode.TooManyRequests, over.StatusCode);
        Assert.InRange(int.Parse(Header(over, "Retry-After"), System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Contains("rate_limit_exceeded", await over.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guessing_keys_is_stopped_also_for_the_right_one()
    {
        using var lab = new ServedLab();
        using var guesser = new HttpClient { BaseAddress = lab.Http.BaseAddress };
        for (var i = 0; i < KeyGuesses.Most; i++)
        {
            guesser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"sk-{i}");
            Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.GetAsync("models")).StatusCode);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, (await lab.Http.GetAsync("models")).StatusCode);
    }

    static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
