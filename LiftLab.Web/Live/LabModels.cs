using LiftLab.Engine.Hub;
using LiftLab.Engine.Models.Files;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Live;

/// <summary>Base models of the lab: imports, deletion, and who has added them.</summary>
public sealed class LabModels(LabFolder lab, ModelUse use)
{
    /// <summary>A file in the model's folder with the name of who has added it.</summary>
    const string AddedFile = "lift-added-by.txt";
    const int LongestName = 400;

    /// <summary>Copies a folder of this machine into the lab's models.</summary>
    /// <exception cref="ModelFolderException">It cannot be used, or the name is taken.</exception>
    public async Task ImportAsync(string folder, IProgress<DownloadProgress> progress, CancellationToken cancel)
    {
        Visitor.Demand(Role.Administer, "import models");
        var model = await new ModelLibrary(lab.Models).ImportAsync(folder, progress, cancel);
        Visitor.Note($"import the model '{model.Name}'");
        Sign(model.Folder, Visitor.Current?.Name);
    }

    /// <exception cref="ModelInUseException">A run or study that is not over needs it.</exception>
    /// <exception cref="InvalidOperationException">The model is bundled, or outside the models folder.</exception>
    public async Task DeleteAsync(LocalModel model, CancellationToken cancel = default)
    {
        Visitor.Demand(Role.Administer, "delete models");
        if (await use.OfAsync(model, cancel) is { } by)
            throw new ModelInUseException(model, by);
        await Task.Run(() => new ModelLibrary(lab.Models).Delete(model), cancel);
        Visitor.Note($"delete the model '{model.Name}'");
    }

    /// <summary>Writes into a model's folder who has added it. A model without this can be used all the same.</summary>
    public static void Sign(string folder, string? name)
    {
        if (name is null)
            return;
        try
        {
            File.WriteAllText(Path.Combine(folder, AddedFile), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>Null where it is not known.</summary>
    public static string? AddedBy(LocalModel model)
    {
        var file = new FileInfo(Path.Combine(model.Folder, AddedFile));
        try
        {
            return file is { Exists: true, Length: > 0 and < LongestName } ? File.ReadAllText(file.FullName).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
