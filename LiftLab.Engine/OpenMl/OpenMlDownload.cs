using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.OpenMl;

/// <summary>A downloaded file of OpenML.</summary>
public sealed record OpenMlFile(string Path, TableSource Source, OpenMlFormat Format);

/// <summary>Downloads the file of a dataset into a folder. An interrupted download resumes with the next call.</summary>
public sealed class OpenMlDownload(OpenMlClient client)
{
    /// <param name="folder">The file is written here under a name that only this dataset and format have.</param>
    /// <param name="format">Null: the uploaded file, which has a checksum, else Parquet.</param>
    /// <param name="most">Maximum bytes of the file.</param>
    /// <exception cref="HubException">The request was refused, OpenML cannot be reached, the file is too large, or does not match its
    /// checksum.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<OpenMlFile> RunAsync(
        OpenMlDataset dataset,
        string folder,
        OpenMlFormat? format = null,
        long most = long.MaxValue,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancel = default
    )
    {
        var form = format ?? dataset.Formats[0];
        if (!dataset.Formats.Contains(form))
            throw new HubException(
                "no-table",
                $"OpenML does not have '{dataset.Title}' {(form == OpenMlFormat.Parquet ? "as Parquet" : "as it was uploaded")}",
                $"Choose {(form == OpenMlFormat.Parquet ? "the uploaded file" : "Parquet")}."
            );
        var address = form == OpenMlFormat.Parquet ? dataset.Parquet! : dataset.File!;
        var md5 = form == OpenMlFormat.Original ? dataset.Md5 : null;
        var file = new HubFile(NameOf(dataset, form), HubFile.UnknownSize, null, null, md5);
        Directory.CreateDirectory(folder);
        try
        {
            await new FileDownload(new Host(client, dataset, new(address)), file, folder, new(0, progress), most).RunAsync(cancel);
        }
        catch (IOException e) when (ModelDownload.IsFull(e))
        {
            throw new HubException(
                "disk-full",
                $"the disk is full: {e.Message}",
                "Free some space and download the dataset again; it resumes where it stopped.",
                e
            );
        }
        var path = Path.Combine(folder, file.Name);
        return new(
            path,
            new(
                "OpenML",
                dataset.Title,
                dataset.Page,
                address,
                dataset.Licence,
                md5 is null ? "sha256 " + await Sha256Async(path, cancel) : "md5 " + md5,
                md5 is not null,
                client.Time.GetUtcNow().UtcDateTime
            )
            {
                Creators = dataset.Creators,
                Citation = dataset.Citation,
                Description = dataset.Description,
            },
            form
        );
    }

    /// <summary>The name of a dataset's file: "openml-61-iris.arff".</summary>
    public static string NameOf(OpenMlDataset dataset, OpenMlFormat format)
    {
        var name = string.Concat(dataset.Name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(60));
        var ending =
            format == OpenMlFormat.Parquet ? "parquet"
            : dataset.Format.EndsWith("arff", StringComparison.OrdinalIgnoreCase) ? "arff"
            : "dat";
        return string.Create(CultureInfo.InvariantCulture, $"openml-{dataset.Id}-{name}.{ending}");
    }

    static async Task<string> Sha256Async(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
    }

    sealed class Host(OpenMlClient client, OpenMlDataset dataset, Uri address) : IFileHost
    {
        public string Service => "OpenML";
        public string Owner => $"'{dataset.Title}'";
        public int Retries => client.Options.DownloadRetries;
        public TimeProvider Time => client.Time;

        public async Task<HttpResponseMessage> OpenAsync(HubFile file, long from, CancellationToken cancel)
        {
            HttpResponseMessage response;
            try
            {
                response = await client.Requests.GetAsync(address, from, cancel);
            }
            catch (Exception e) when (from == 0 && HubRequests.IsNetwork(e, cancel))
            {
                throw client.Offline(e); // later ones are tried again
            }
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                return response;
            using (response)
                throw new HubException(
                    (int)response.StatusCode == 404 ? "not-found" : "server-failed",
                    $"{address.Host} answered {(int)response.StatusCode} for the file of {Owner}",
                    dataset.Formats.Count > 1
                        ? $"Try again later, or choose {(file.Md5 is null ? "the uploaded file" : "Parquet")} instead."
                        : $"Try again later; the page {dataset.Page} may say more."
                );
        }

        public Task<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancel) =>
            client.Requests.ReadAsync(content, buffer, cancel);
    }
}
