using Microsoft.AspNetCore.Components.Server.Circuits;

namespace LiftLab.Web.Parts;

/// <summary>
/// Whether this circuit's browser is there, one per circuit. A JavaScript call that is under way or begun while it is away is
/// lost and its task never ends, so whoever draws links <see cref="Down"/> into the call and awaits <see cref="WaitUpAsync"/> before going
/// on.
/// </summary>
public sealed class CircuitConnection : CircuitHandler, IDisposable
{
    readonly Lock gate = new();
    TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenSource down = new();

    /// <summary>Cancelled when the browser goes away; a new one each time it comes back.</summary>
    public CancellationToken Down
    {
        get
        {
            lock (gate)
                return down.Token;
        }
    }

    /// <exception cref="OperationCanceledException">Cancelled, or the circuit is gone for good.</exception>
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

    /// <summary>The browser is there.</summary>
    internal void Up()
    {
        lock (gate)
        {
            if (down.IsCancellationRequested)
                down = new();
            up.TrySetResult();
        }
    }

    /// <summary>The browser went away.</summary>
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
