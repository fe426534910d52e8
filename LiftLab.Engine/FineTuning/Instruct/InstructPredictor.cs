using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Writing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Instruct;

/// <summary>
/// A model that was fine-tuned on texts. As a predictor it answers the prompt of a row with the most probable text; a text that is no
/// completion of the training file is unreadable as a class and is shown as it is.
/// </summary>
/// <param name="fitted">The settings after automatic values were replaced.</param>
/// <param name="chosen">The settings with the values that fitting chose; null before the end of training.</param>
public sealed class InstructPredictor(
    LanguageModel model,
    Tokenizer tokenizer,
    LiftSettings fitted,
    InstructPredictor.Facts facts,
    JsonObject? chosen
) : IPredictor, IContinuesText
{
    /// <param name="Labels">The completions of the task as cells, in class order.</param>
    /// <param name="Longest">Tokens of the longest completion.</param>
    /// <param name="Ending">Ends an answer; empty for none.</param>
    public sealed record Facts(IReadOnlyList<string> Labels, int Longest, string Ending);

    readonly TextContinuation continuation = new(model, tokenizer);

    internal LanguageModel Model => model;

    internal LiftSettings Fitted => fitted;

    public JsonObject Settings => chosen ?? fitted.ToJson();

    internal InstructPredictor With(JsonObject settings) => new(model, tokenizer, fitted, facts, settings);

    public Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default) =>
        TorchThread.Run<IReadOnlyList<Prediction>>("instruct-predict", () => Predict(table, rows, cancel));

    public Task ContinueAsync(IReadOnlyList<GrowingText> texts, int steps, CancellationToken cancel) =>
        TorchThread.Run("instruct-write", () => continuation.Continue(texts, steps, cancel));

    public Task KeepAsync(string folder, CancellationToken cancel = default) => TorchThread.Run("instruct-keep", () => Save(folder));

    internal void Save(string folder) => InstructFolder.Save(folder, model, fitted, facts, Settings);

    Prediction[] Predict(Table table, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        var prompts = InstructTexts.Prompts(table, rows);
        string[] stop = facts.Ending.Length > 0 ? [facts.Ending] : [];
        GrowingText[] texts =
        [
            .. rows.Select((_, i) => new GrowingText(new(prompts[i], null, facts.Longest) { Stop = stop }, i, null, cancel)),
        ];
        while (texts.Where(t => !t.IsOver).ToArray() is { Length: > 0 } growing)
        {
            cancel.ThrowIfCancellationRequested();
            continuation.Continue(growing, facts.Longest, cancel);
        }
        return
        [
            .. texts.Select(t =>
            {
                if (t.Failure is { } failure)
                    return new Prediction.Unreadable(failure.Message);
                var text = t.End == TextEnd.Stop ? t.Text + facts.Ending : t.Text;
                var label = facts.Labels.ToList().IndexOf(InstructTexts.Cell(text));
                return label < 0 ? (Prediction)new Prediction.Unreadable(t.Text) : new Prediction.Answered(label, Text: t.Text);
            }),
        ];
    }

    public void Dispose() => model.Dispose();
}
