using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Runs.Resident;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Serving;

/// <summary>Continues texts with the models of resident workers, where the texts of all clients are computed together.</summary>
public sealed class Completions(ResidentPool pool, IOptions<ServingOptions> options)
{
    int going;

    /// <param name="grown">Receives parts while they are written, on any thread; null for none.</param>
    /// <param name="cancel">The client has left: the work on its texts ends.</param>
    /// <exception cref="ServingException">Too many wait, or a text does not fit into the model's context.</exception>
    /// <exception cref="ResidentRefusedException">There is no room for the model, or it cannot be opened.</exception>
    public async Task<IReadOnlyList<WrittenText>> WriteAsync(
        ServedModel model,
        IReadOnlyList<TextRequest> requests,
        Action<TextPiece>? grown,
        CancellationToken cancel
    )
    {
        if (Interlocked.Add(ref going, requests.Count) > Math.Max(requests.Count, options.Value.MaxCompletions))
        {
            Interlocked.Add(ref going, -requests.Count);
            throw new ServingException(
                429,
                "The models are overloaded with other requests. Try again.",
                code: "overloaded",
                kind: "requests"
            )
            {
                RetryAfter = 1,
            };
        }
        try
        {
            var answer = await pool.AskAsync(
                model.Path,
                new ResidentQuestion.Texts(requests, grown is not null),
                grown is null
                    ? null
                    : news =>
                    {
                        if (news.Piece is { } piece)
                            grown(piece);
                    },
                cancel
            );
            return ((ResidentAnswer.Texts)answer).Written;
        }
        catch (ResidentRefusedException e) when (e.Code is TextRefusedException.TooLong or "invalid_token")
        {
            throw ServingException.Wrong(e.What + " " + e.WhatToDo, "messages", e.Code);
        }
        finally
        {
            Interlocked.Add(ref going, -requests.Count);
        }
    }
}
