using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Synthetic;

namespace LiftLab.Web.Storage.Tables;

/// <summary>Synthetic tables of the paper as datasets.</summary>
public sealed partial class Datasets
{
    /// <summary>A synthetic table of the paper as a dataset, its schema confirmed; its settings are kept with it.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it and its range.</exception>
    public async Task<Dataset> AddSyntheticAsync(SyntheticSettings settings, CancellationToken cancel = default)
    {
        var made = await Task.Run(() => SyntheticTables.Make(settings), cancel);
        using var text = new MemoryStream();
        await using (var writer = new StreamWriter(text, leaveOpen: true) { NewLine = "\n" })
            TableWriter.WriteCsv(made.Table, writer);
        text.Position = 0;
        using var upload = await ReceiveAsync(text, settings.Function + ".csv", cancel);
        var dataset = await AddAsync(upload, null, cancel);
        SyntheticOrigin.Write(FolderOf(dataset.Row.Id), settings);
        return await ConfirmAsync(dataset.Row.Id, $"{settings.Function} (synthetic)", made.Schema, cancel);
    }

    /// <summary>The settings of a synthetic table; null for other datasets.</summary>
    public SyntheticSettings? SyntheticOf(Guid id) => SyntheticOrigin.Read(FolderOf(id));
}
