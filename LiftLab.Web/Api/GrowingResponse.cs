namespace LiftLab.Web.Api;

/// <summary>A response that is sent while it is made.</summary>
static class GrowingResponse
{
    /// <summary>Asks a reverse proxy to pass each piece on at once: nginx collects them otherwise.</summary>
    public static void Announce(HttpResponse response) => response.Headers["X-Accel-Buffering"] = "no";
}
