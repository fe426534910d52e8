using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Asking;
using Microsoft.AspNetCore.Http;

namespace LiftLab.Tests.Engine.OpenAi;

public sealed class ConnectionTestTests
{
    static ConnectionTest Of(TestProvider service, string key = TestProvider.Key) => new(service.Provider, key, TimeProvider.System);

    static string Words(ConnectionReport report) => string.Join('\n', report.Findings.Select(f => $"{f.Subject} {f.Verdict}: {f.Words}"));

    [Fact]
    public async Task What_works_is_said_and_nothing_is_created()
    {
        await using var service = await TestProvider.StartAsync();
        service.Models["old"] = new DateTimeOffset(2027, 1, 14, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var report = await Of(service).LookAsync(null, default);
        Assert.True(report.Works, Words(report));
        Assert.All(report.Findings, f => Assert.Equal(ConnectionVerdict.Works, f.Verdict));
        Assert.Equal(
            [ConnectionTest.Address, ConnectionTest.Key, ConnectionTest.Models, ConnectionTest.Training],
            report.Findings.Select(f => f.Subject)
        );
        Assert.Equal(new DateOnly(2027, 1, 14), report.Models.Single(m => m.Id == "old").Ends);
        Assert.Empty(service.Jobs);
        Assert.Empty(service.FileNames);
        Assert.DoesNotContain(service.Requests, r => r.Path.EndsWith("completions", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(
        403,
        """{"error":{"message":"OpenAI is winding down the fine-tuning platform","code":"training_not_available"}}""",
        "Refused",
        "winding down"
    )]
    [InlineData(400, """{"error":{"message":"invalid training_file: file-x does not exist"}}""", "Works", "does not exist")]
    [InlineData(400, """{"error":{"message":"this model is not available for tuning"}}""", "Limited", "not available for tuning")]
    [InlineData(404, "nothing here", "Limited", "has no fine-tuning")]
    [InlineData(405, "", "Limited", "has no fine-tuning")]
    [InlineData(429, """{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}""", "Refused", "no credit left")]
    public async Task Whether_jobs_are_taken_is_found_by_asking_for_one_that_cannot_start(
        int status,
        string body,
        string verdict,
        string words
    )
    {
        await using var service = await TestProvider.StartAsync();
        service.Instead = async (http, path) =>
        {
            if (http.Request.Method != "POST" || path != "fine_tuning/jobs")
                return false;
            http.Response.StatusCode = status;
            await http.Response.WriteAsync(body);
            return true;
        };
        var found = (await Of(service).LookAsync(null, default)).Findings.Single(f => f.Subject == ConnectionTest.Training);
        Assert.Equal(verdict, found.Verdict.ToString());
        Assert.Contains(words, found.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_takes_the_test_job_has_it_cancelled()
    {
        await using var service = await TestProvider.StartAsync();
        service.Instead = async (http, path) =>
        {
            if (http.Request.Method != "POST" || path != "fine_tuning/jobs")
                return path == "fine_tuning/jobs/ftjob-9/cancel" && await Said(http);
            await http.Response.WriteAsync("""{"id":"ftjob-9"}""");
            return true;
        };
        var report = await Of(service).LookAsync(null, default);
        Assert.Contains("the job was cancelled", Words(report), StringComparison.Ordinal);
        Assert.Contains(service.Requests, r => r.Path == "fine_tuning/jobs/ftjob-9/cancel");

        static async Task<bool> Said(HttpContext http)
        {
            await http.Response.WriteAsync("{}");
            return true;
        }
    }

    [Fact]
    public async Task A_wrong_key_is_said_without_the_key()
    {
        await using var service = await TestProvider.StartAsync();
        service.Accepts = "sk-another";
        var report = await Of(service).LookAsync(null, default);
        Assert.False(report.Works);
        Assert.Equal(ConnectionVerdict.Refused, report.Findings.Single(f => f.Subject == ConnectionTest.Key).Verdict);
        Assert.DoesNotContain(TestProvider.Key, Words(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "Models", "ends with the version")]
    [InlineData(302, "Address", "answers at another address")]
    [InlineData(200, "Address", "web page")]
    [InlineData(503, "Models", "has a fault")]
    public async Task An_address_that_is_not_the_services_is_said(int status, string subject, string words)
    {
        await using var service = await TestProvider.StartAsync();
        service.Instead = async (http, _) =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "https://elsewhere.invalid";
            await http.Response.WriteAsync("<html>welcome</html>");
            return true;
        };
        var report = await Of(service).LookAsync(null, default);
        Assert.Contains(report.Findings, f => f.Subject == subject && f.Words.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_at_the_address_is_said_at_once()
    {
        var service = await TestProvider.StartAsync();
        var provider = service.Provider;
        await service.DisposeAsync();
        var report = await new ConnectionTest(provider, null, TimeProvider.System).LookAsync(null, default);
        Assert.Contains("could not be reached", Words(report), StringComparison.Ordinal);
        Assert.False(report.Works);
    }

    [Theory]
    [InlineData(true, true, "each label is scored", "Works")]
    [InlineData(false, true, "first token", "Works")]
    [InlineData(false, false, "drawn and counted", "Limited")]
    public async Task Label_scoring_is_found_by_asking(bool echoes, bool logs, string words, string verdict)
    {
        await using var service = await TestProvider.StartAsync();
        (service.Echoes, service.GivesLogProbabilities) = (echoes, logs);
        // the probe asks a base model, which has no rows of its own
        var found = await Of(service).ScoringAsync("tiny", RowForm.Completion, new(null, null), default);
        Assert.Contains(words, found.Words, StringComparison.Ordinal);
        Assert.Equal(verdict, found.Verdict.ToString());
    }
}
