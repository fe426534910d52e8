using Microsoft.AspNetCore.Components.Server.Circuits;

namespace LiftLab.Web.Parts;

/// <summary>
/// Whether this circuit's browser is connected; one per circuit. The task of a JavaScript call that is pending or made while the browser
/// is disconnected never ends: link <see cref="Down"/> into the call, and await <see cref="WaitUpAsync"/> before the next one.
/// </summary>
public sealed class CircuitConnection : CircuitHandler, IDisposable
{
    readonly Lock gate = new();
    TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenSource down = new();

    /// <summary>Cancelled when the browser disconnects; a new token each time it connects again.</summary>
    public CancellationToken Down
    {
        get
        {
            lock (gate)
                return down.Token;
        }
    }

    /// <summary>Waits until the browser is connected.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the circuit has ended.</exception>
    public Task WaitUpAsync(CancellationToken cancel)
    {
        lock (gate)
            return up.Task.WaitAsync(cancel);
    }

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Up();
        return Task.CompletedTask;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken) => FallAsync();

    /// <summary>The browser is connected.</summary>
    internal void Up()
    {
        lock (gate)
        {
            if (down.IsCancellationRequested)
                down = new();
            up.TrySetResult();
        }
    }

    /// <summary>The browser is disconnected.</summary>
    internal Task FallAsync()
    {
        lock (gate)
        {
            if (up.Task.IsCompleted)
                up = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return down.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            up.TrySetCanceled();
            down.Cancel();
        }
    }
}
