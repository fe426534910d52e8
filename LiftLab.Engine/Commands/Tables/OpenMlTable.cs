using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.Commands.Models;
using LiftLab.Engine.Hub;
using LiftLab.Engine.OpenMl;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Tables;

/// <summary>A table of the command line that is named as a dataset of OpenML: "openml:61", "openml:iris@1".</summary>
sealed record OpenMlTable(OpenMlDataset Dataset, OpenMlFile File)
{
    /// <summary>What <c>--help</c> says about a table.</summary>
    public const string Help = "openml:ID or openml:NAME[@VERSION] for a dataset of OpenML, which is downloaded once";

    /// <summary>Downloads the dataset where the argument names one, and says on standard error what it is.</summary>
    /// <returns>Null for a file or a bundled table.</returns>
    /// <exception cref="HubException">There is no such dataset or several, or OpenML cannot be reached.</exception>
    public static async Task<OpenMlTable?> FindAsync(string pathOrName, ParseResult parsed, CancellationToken cancel)
    {
        if (!pathOrName.StartsWith(OpenMlName.Prefix, StringComparison.OrdinalIgnoreCase) || System.IO.File.Exists(pathOrName))
            return null;
        var error = parsed.InvocationConfiguration.Error;
        var name = OpenMlName.Parse(pathOrName);
        var options = OpenMlOptions.FromEnvironment(Environment.GetEnvironmentVariable);
        var cache = new OpenMlCache(OpenMlCache.Root(Environment.GetEnvironmentVariable), options.Endpoint);
        if (name.Id is not null || name.Version is not null)
            if (cache.Find(name) is { } kept)
                return new(kept.Dataset, kept.File);
        using var client = new OpenMlClient(options, TimeProvider.System);
        OpenMlDataset dataset;
        try
        {
            dataset = await client.FindAsync(name, cancel);
        }
        catch (HubException e) when (e.Code == "offline" && cache.Find(name) is { } kept)
        {
            await error.WriteLineAsync(
                $"{e.What}; the copy of {kept.File.Source.FetchedUtc.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} is used."
            );
            return new(kept.Dataset, kept.File);
        }
        if (cache.Find(name with { Id = dataset.Id }) is { } there)
            return new(there.Dataset, there.File);
        foreach (var line in Lines(dataset))
            await error.WriteLineAsync(line);
        var file = await new OpenMlDownload(client).RunAsync(
            dataset,
            cache.FolderOf(dataset.Id),
            name.Format,
            TableReadOptions.Default.MaxBytes,
            new ByteProgress(error, !Console.IsErrorRedirected),
            cancel
        );
        OpenMlCache.Keep(dataset, file);
        await error.WriteLineAsync(
            $"{file.Source.Checksum}{(file.Source.IsChecked ? ", as OpenML publishes it" : "; OpenML publishes no checksum of this file")}; kept as {file.Path}"
        );
        return new(dataset, file);
    }

    /// <summary>The path of a table that a command reads without its schema.</summary>
    /// <exception cref="HubException">There is no such dataset or several, or OpenML cannot be reached.</exception>
    public static async Task<string> PathAsync(string pathOrName, ParseResult parsed, CancellationToken cancel) =>
        await FindAsync(pathOrName, parsed, cancel) is { } found ? found.File.Path : pathOrName;

    /// <summary>The options with what the description says about columns.</summary>
    public TableReadOptions Under(TableReadOptions options)
    {
        var reading = Dataset.Reading(File.Format);
        return options with
        {
            Columns = (reading.Columns ?? new Dictionary<string, ColumnReadOptions>())
                .Concat(options.Columns ?? new Dictionary<string, ColumnReadOptions>())
                .GroupBy(c => c.Key)
                .ToDictionary(g => g.Key, g => g.Select(c => c.Value).Aggregate((told, chosen) => told.And(chosen))),
        };
    }

    /// <summary>The table with the name, the target and the source of the description.</summary>
    public OpenedTable Described(OpenedTable opened)
    {
        var table = new Table(Dataset.Name, opened.Table.Columns);
        return (opened with { Reading = opened.Reading with { Table = table }, Source = File.Source }).With(
            Dataset.WithTarget(opened.Schema, table)
        );
    }

    static IEnumerable<string> Lines(OpenMlDataset dataset)
    {
        yield return $"OpenML {dataset.Id}: {dataset.Title}"
            + (dataset.Rows is { } rows ? string.Create(CultureInfo.InvariantCulture, $", {rows} rows") : "")
            + (dataset.Columns is { } columns ? string.Create(CultureInfo.InvariantCulture, $", {columns} columns") : "")
            + (dataset.Targets.Count > 0 ? $", target {QuotedNames.Of(dataset.Targets)}" : ", no target named");
        if (dataset.Status != OpenMlDataset.Active)
            yield return $"warning: this version is {dataset.Status.Replace('_', ' ')} on OpenML; its page may say what is wrong";
        yield return $"licence: {dataset.Licence ?? "not named; read the dataset's page before use"}";
        if (dataset.Citation is { } citation)
            yield return $"citation: {citation}";
        yield return $"source: {dataset.Page}{(dataset.Origin is { } origin ? $", from {origin}" : "")}";
    }
}
