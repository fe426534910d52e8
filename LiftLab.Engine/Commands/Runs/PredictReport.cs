using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Runs;

/// <summary>What <c>predict</c> reports beside the answers.</summary>
static class PredictReport
{
    /// <summary><c>run, learner, target, rows, unreadable, problems, answers</c>.</summary>
    public static JsonObject Document(
        string run,
        AskedLearner learner,
        LearningTask task,
        IReadOnlyList<Prediction> answers,
        IReadOnlyList<Problem> problems
    ) =>
        new()
        {
            ["run"] = run,
            ["learner"] = learner.Name,
            ["target"] = task.Schema.Target.Name,
            ["rows"] = answers.Count,
            ["unreadable"] = answers.Count(a => a is Prediction.Unreadable),
            ["problems"] = JsonSerializer.SerializeToNode(problems, RunJson.Line),
            ["answers"] = new JsonArray([.. answers.Select((a, row) => Answer(a, row, task.Target, learner.HalfWidth))]),
        };

    static JsonObject Answer(Prediction answer, int row, Target target, double? halfWidth)
    {
        var json = JsonLineAnswers.Answer(answer, target, halfWidth);
        json.Insert(0, "row", row + 1);
        return json;
    }
}
