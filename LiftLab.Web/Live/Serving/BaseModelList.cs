using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Hub;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Live.Serving;

/// <summary>The base models that jobs and completions may name: those of the Models page that can be used.</summary>
public sealed class BaseModelList(LabFolder lab, TimeProvider clock)
{
    /// <summary>A list is read again after this time: completions name a model thousands of times a minute.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    (long At, IReadOnlyList<LocalModel> Models)? known;

    public IReadOnlyList<LocalModel> All
    {
        get
        {
            lock (gate)
                if (known is { } list && clock.GetElapsedTime(list.At) < Fresh)
                    return list.Models;
            LocalModel[] models = [.. new ModelLibrary(lab.Models).List().Where(m => m.Problem is null)];
            lock (gate)
                known = (clock.GetTimestamp(), models);
            return models;
        }
    }

    /// <summary>Null where there is no such model.</summary>
    public LocalModel? Find(string name) => All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>How the settings of a run name the model.</summary>
    public static string NameInSettings(LocalModel model) => model.IsBundled ? model.Name : model.Folder;

    /// <summary>The built-in model, for examples.</summary>
    public const string BuiltIn = LiftSettings.BuiltIn;
}
