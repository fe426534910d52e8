using LiftLab.Engine.Learning.Texts;

namespace LiftLab.Engine.Runs.Resident;

/// <summary>
/// Continues the texts of all questions together: those that arrive while a model computes join the others a few tokens later, and those
/// that nobody waits for leave.
/// </summary>
/// <param name="ask">Gives the model its turn: other questions to the same model wait meanwhile.</param>
public sealed class TextDesk(Func<Func<IContinuesText, Task>, CancellationToken, Task> ask)
{
    /// <summary>Tokens that every text gets before others have their turn.</summary>
    const int StepsInTurn = 32;

    /// <summary>Texts in one turn; the others wait for the next.</summary>
    const int TextsInTurn = 128;

    readonly Lock gate = new();
    readonly LinkedList<(GrowingText Text, TaskCompletionSource Over)> waiting = new();
    bool working;

    /// <param name="grown">Receives the parts of the texts while they are written; null for none.</param>
    /// <exception cref="TextRefusedException">A text does not fit into the model's context, or has ids that are no tokens.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for the answer any more.</exception>
    public async Task<IReadOnlyList<WrittenText>> WriteAsync(
        IReadOnlyList<TextRequest> requests,
        Action<TextPiece>? grown,
        CancellationToken cancel
    )
    {
        (GrowingText Text, TaskCompletionSource Over)[] mine =
        [
            .. requests.Select(
                (r, i) =>
                    (new GrowingText(r, i, grown, cancel), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            ),
        ];
        lock (gate)
        {
            foreach (var one in mine)
                waiting.AddLast(one);
            if (!working)
            {
                working = true;
                _ = Task.Run(WorkAsync, CancellationToken.None);
            }
        }
        await Task.WhenAll(mine.Select(m => m.Over.Task)).WaitAsync(cancel);
        return [.. mine.Select(m => m.Text.Result())];
    }

    async Task WorkAsync()
    {
        while (true)
        {
            (GrowingText Text, TaskCompletionSource Over)[] turn;
            lock (gate)
            {
                turn = [.. waiting.Take(TextsInTurn)];
                foreach (var one in turn)
                    waiting.Remove(one);
                if (turn.Length == 0)
                {
                    working = false;
                    return;
                }
            }
            Exception? fault = null;
            try
            {
                await ask(
                    model => model.ContinueAsync([.. turn.Select(t => t.Text).Where(t => !t.IsOver)], StepsInTurn, CancellationToken.None),
                    CancellationToken.None
                );
            }
            catch (Exception e)
            {
                fault = e;
            }
            foreach (var one in turn)
                if (fault is not null || one.Text.Failure is not null)
                    one.Over.TrySetException(one.Text.Failure ?? fault!);
                else if (one.Text.IsOver)
                    one.Over.TrySetResult();
                else
                    lock (gate)
                        waiting.AddLast(one);
        }
    }
}
