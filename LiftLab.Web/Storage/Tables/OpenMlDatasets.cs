using System.Collections.Concurrent;
using LiftLab.Engine.Hub;
using LiftLab.Engine.OpenMl;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage.People;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage.Tables;

/// <summary>Adds tables of OpenML to the lab.</summary>
public sealed class OpenMlDatasets(LabFolder lab, Datasets datasets, OpenMlClient client, IOptions<LabOptions> options)
{
    readonly OpenMlDownload download = new(client);
    readonly ConcurrentDictionary<int, bool> running = [];

    /// <summary>The server that is asked.</summary>
    public string Host => client.Options.Endpoint.Host;

    /// <exception cref="HubException">There is no such dataset or several, or OpenML cannot be reached.</exception>
    public Task<OpenMlDataset> FindAsync(OpenMlName name, CancellationToken cancel = default) => client.FindAsync(name, cancel);

    /// <exception cref="HubException">There is no such name, or OpenML cannot be reached.</exception>
    public Task<IReadOnlyList<OpenMlVersion>> VersionsAsync(string name, CancellationToken cancel = default) =>
        client.VersionsAsync(name, cancel);

    /// <summary>Downloads a dataset and stores it with its source, target and columns to leave out.</summary>
    /// <exception cref="HubException">It cannot be downloaded.</exception>
    /// <exception cref="BadDataException">Its file is not a table.</exception>
    public async Task<Dataset> AddAsync(
        OpenMlDataset dataset,
        OpenMlFormat? format,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        Visitor.Demand(Role.Run, "add a table");
        if (!running.TryAdd(dataset.Id, true))
            throw new HubException("already-running", $"'{dataset.Title}' is already being downloaded", "Wait for that download.");
        try
        {
            var file = await download.RunAsync(dataset, lab.Downloads, format, options.Value.MaxUploadBytes, progress, cancel);
            return await AddAsync(dataset, file, cancel);
        }
        finally
        {
            running.TryRemove(dataset.Id, out _);
        }
    }

    async Task<Dataset> AddAsync(OpenMlDataset dataset, OpenMlFile file, CancellationToken cancel)
    {
        try
        {
            await using var content = File.OpenRead(file.Path);
            using var upload = await datasets.ReceiveAsync(content, dataset.Name + Path.GetExtension(file.Path), cancel);
            return await datasets.AddAsync(upload, dataset.Reading(file.Format), file.Source, dataset.WithTarget, cancel);
        }
        finally
        {
            File.Delete(file.Path);
        }
    }
}
