using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>
/// JSON Lines:
/// <c>{"row":1,"cells":{…},"answers":{"lift":{"predicted":…,"probability":…,"probabilities":{…},"readable":true,"text":…}}}</c>.
/// </summary>
public sealed class JsonLineAnswers(AnsweredTable table, Target target, TextWriter output, bool closes = true) : AnswerWriter(table)
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override async Task WriteAsync(AnsweredPiece piece, CancellationToken cancel)
    {
        for (var i = 0; i < piece.Rows; i++)
        {
            var (row, at) = (piece.First + i, i);
            var line = new JsonObject
            {
                ["row"] = row + 1,
                ["cells"] = new JsonObject(Table.Own.Select((own, c) => KeyValuePair.Create(own.Name, (JsonNode?)piece.Own(c, at)))),
                ["answers"] = new JsonObject(
                    Table.Added.Select(
                        (a, k) => KeyValuePair.Create(a.Learner.Name, (JsonNode?)Answer(piece.Answers[k][i], target, a.Learner.HalfWidth))
                    )
                ),
            };
            await output.WriteAsync(line.ToJsonString(Readable) + "\n");
        }
        await output.FlushAsync(cancel);
    }

    /// <summary>One answer as JSON; <c>low</c> and <c>high</c> bound the interval of a number.</summary>
    public static JsonObject Answer(Prediction answer, Target target, double? halfWidth)
    {
        var answered = answer as Prediction.Answered;
        var json = new JsonObject
        {
            ["predicted"] = answered is null ? null : target.Write(answered.Value),
            [target.Certainty] = target.CertaintyOf(answer),
            ["readable"] = answered is not null,
            ["text"] = answered is null ? (answer as Prediction.Unreadable)?.Text : answered.Text,
        };
        if (answered?.Probabilities is { } shares)
            json["probabilities"] = new JsonObject(target.Labels.Select((l, k) => KeyValuePair.Create(l, (JsonNode?)shares[k])));
        if (answered is not null && halfWidth is { } half)
            (json["low"], json["high"]) = (answered.Value - half, answered.Value + half);
        return json;
    }

    public override async ValueTask DisposeAsync()
    {
        if (closes)
            await output.DisposeAsync();
    }
}
