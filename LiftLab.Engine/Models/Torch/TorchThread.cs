using TorchSharp;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// Runs a piece of tensor work on a thread of its own. Gradient mode and dispose scopes belong to a thread, so tensor code must
/// never be continued on another one by an await; and a process that ends while a thread is inside libtorch dies of a segmentation
/// fault, so the thread is a foreground one.
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
