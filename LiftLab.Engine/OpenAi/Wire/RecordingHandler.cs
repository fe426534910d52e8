namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>Keeps every exchange that ended with an answer; one that is repeated later (a fault, too many requests) is not kept.</summary>
/// <param name="address">The provider's base address, which is cut off the paths.</param>
/// <param name="clean">Removes the key from a text: some services repeat it in their errors.</param>
sealed class RecordingHandler(ExchangeLog log, string address, Func<string, string> clean, TimeProvider clock, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = await ReplayHandler.BodyOf(request, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        var status = (int)response.StatusCode;
        if (status >= 500 || status is 408 or 429)
            return response;
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var path = ReplayHandler.PathOf(request.RequestUri!, address);
        var answered = await response.Content.ReadAsStringAsync(cancellationToken);
        var key = Exchange.KeyOf(request.Method.Method, path, asked);
        log.Add(
            new(clock.GetUtcNow(), request.Method.Method, path, key, asked is null ? null : clean(asked), status, clean(answered))
            {
                RequestId = response.Headers.TryGetValues("x-request-id", out var ids) ? clean(string.Join(' ', ids)) : null,
            }
        );
        return response;
    }
}
