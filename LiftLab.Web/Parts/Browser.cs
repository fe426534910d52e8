using Microsoft.JSInterop;

namespace LiftLab.Web.Parts;

/// <summary>
/// The module <c>js/lab.js</c>, loaded once per circuit, and again after a connection that was lost while it loaded. A call without a
/// result is dropped while the browser is disconnected.
/// </summary>
public sealed class Browser(IJSRuntime runtime, CircuitConnection connection) : IAsyncDisposable
{
    Task<IJSObjectReference>? module;

    Task<IJSObjectReference> Module =>
        module is { IsFaulted: false, IsCanceled: false }
            ? module
            : module = runtime.InvokeAsync<IJSObjectReference>("import", connection.Down, ["./js/lab.js"]).AsTask();

    public async Task<T> CallAsync<T>(string function, params object?[] arguments) =>
        await (await Module).InvokeAsync<T>(function, arguments);

    public async Task CallAsync(string function, params object?[] arguments)
    {
        try
        {
            await (await Module).InvokeVoidAsync(function, arguments);
        }
        catch (Exception e) when (e is JSDisconnectedException or TaskCanceledException)
        {
            // the page is closed
        }
    }

    /// <summary>A call that must arrive: it is not dropped while the browser is disconnected.</summary>
    /// <exception cref="OperationCanceledException">The browser was disconnected, or the call was cancelled.</exception>
    public async Task DemandAsync(string function, CancellationToken cancel, params object?[] arguments) =>
        await (await Module.WaitAsync(cancel)).InvokeVoidAsync(function, cancel, arguments);

    /// <summary>What <c>js/typing.js</c> has asked.</summary>
    public sealed record Answer(int HeardUpTo);

    /// <summary>
    /// Gives the number back: the answer tells <c>js/typing.js</c> that the lab has handled all that was sent before, and that the
    /// browser has all that the lab drew before.
    /// </summary>
    [JSInvokable]
    public static Answer Heard(int number) => new(number);

    /// <summary>Copies text to the clipboard. False where the browser refuses.</summary>
    public Task<bool> CopyAsync(string text) => CallAsync<bool>("copy", text);

    /// <summary>Downloads a text as a file.</summary>
    public Task SaveAsync(string name, string type, string text) => CallAsync("save", name, type, text);

    public async ValueTask DisposeAsync()
    {
        if (module is not { IsCompletedSuccessfully: true })
            return;
        try
        {
            await (await module).DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // the page is closed, and the module with it
        }
    }
}
