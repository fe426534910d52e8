using TorchSharp;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// Runs tensor code on a dedicated thread. Gradient mode and dispose scopes are thread-local, so tensor code must not continue on another
/// thread after an await. A process that ends while a thread is inside libtorch crashes with a segmentation fault, so this is a foreground
/// thread.
/// </summary>
public static class TorchThread
{
    public static Task<T> Run<T>(string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                TorchRuntime.Start();
                T result;
                using (torch.NewDisposeScope())
                    result = work();
                done.SetResult(result);
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        {
            Name = name,
        };
        thread.Start();
        return done.Task;
    }

    public static Task Run(string name, Action work) =>
        Run(
            name,
            () =>
            {
                work();
                return true;
            }
        );
}
