using LiftLab.Engine.FineTuning.Instruct;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Writing;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning;

/// <summary>A base model that continues texts; and the opening of any folder that does: a base model's, or a fitted one's.</summary>
public sealed class TextModel : IContinuesText, IDisposable
{
    readonly LanguageModel model;
    readonly Tokenizer tokenizer;

    TextModel(LanguageModel model, Tokenizer tokenizer) => (this.model, this.tokenizer) = (model, tokenizer);

    /// <summary>Whether a folder has a model that continues texts. A run's folder has not: its model lies inside it.</summary>
    public static bool IsThere(string folder) =>
        FittedFolder.IsThere(folder) || InstructFolder.IsThere(folder) || File.Exists(Path.Combine(folder, ModelFolder.ConfigFile));

    /// <exception cref="ModelFolderException">Files are missing or damaged.</exception>
    public static async Task<IContinuesText> OpenAsync(string folder) =>
        FittedFolder.IsThere(folder) ? await FittedFolder.LoadAsync(folder)
        : InstructFolder.IsThere(folder) ? await TorchThread.Run<IContinuesText>("text-load", () => InstructFolder.Load(folder))
        : await TorchThread.Run<IContinuesText>("text-load", () => Load(folder));

    /// <summary>Estimated bytes of the open model.</summary>
    public static long BytesOf(string folder)
    {
        var device = DeviceMemory.Read();
        if (InstructFolder.IsThere(folder))
            folder = ModelByName.Folder(InstructFolder.SettingsOf(folder).Model);
        return FittedFolder.IsThere(folder)
            ? FittedMemory.Of(folder, device.Bytes, device.OnCard)
            : WeightBytes(folder, PrecisionOf(folder));
    }

    public Task ContinueAsync(IReadOnlyList<GrowingText> texts, int steps, CancellationToken cancel) =>
        TorchThread.Run("text-write", () => new TextContinuation(model, tokenizer).Continue(texts, steps, cancel));

    static TextModel Load(string folder)
    {
        var (model, tokenizer) = ModelByName.Load(folder, PrecisionOf(folder));
        TorchRuntime.FitThreads(model.ParameterCount);
        return new TextModel(model, tokenizer);
    }

    /// <summary>float32 where it takes at most half of the device's memory, else bfloat16.</summary>
    static Precision PrecisionOf(string folder) =>
        WeightBytes(folder, Precision.Float32) <= DeviceMemory.Read().Bytes / 2 ? Precision.Float32 : Precision.Bfloat16;

    static long WeightBytes(string folder, Precision precision) =>
        ModelCheck.Briefly(folder).Parameters is { } count ? count * (precision == Precision.Float32 ? sizeof(float) : 2) : 0;

    public void Dispose() => model.Dispose();
}
