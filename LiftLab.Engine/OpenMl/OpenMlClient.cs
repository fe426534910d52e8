using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiftLab.Engine.Hub;

namespace LiftLab.Engine.OpenMl;

/// <summary>Client of OpenML: finds datasets by id or name and describes them.</summary>
/// <param name="time">Clock for the delays between retries.</param>
public sealed partial class OpenMlClient(OpenMlOptions options, TimeProvider time) : IDisposable
{
    const long LargestAnswer = 64L << 20;

    // Codes of the API's errors.
    const int UnknownDataset = 111,
        NoAccess = 112;
    static readonly int[] NoResults = [370, 372];

    readonly HubRequests requests = new(options.Requests, time);

    public OpenMlOptions Options { get; } = options;

    internal TimeProvider Time => time;

    internal HubRequests Requests => requests;

    /// <summary>The description of the dataset that a person names.</summary>
    /// <exception cref="HubException">There is none or several, or OpenML cannot be reached.</exception>
    public async Task<OpenMlDataset> FindAsync(OpenMlName name, CancellationToken cancel = default)
    {
        if (name.Id is { } id)
            return await DescribeAsync(id, cancel);
        var versions = await VersionsAsync(name.Name!, cancel);
        OpenMlVersion[] active = [.. versions.Where(v => v.Status == OpenMlDataset.Active)];
        if (name.Version is { } wanted)
            return versions.FirstOrDefault(v => v.Version == wanted) is { } found
                ? await DescribeAsync(found.Id, cancel)
                : throw new HubException(
                    "not-found",
                    string.Create(CultureInfo.InvariantCulture, $"OpenML has no version {wanted} of '{name.Name}'"),
                    $"It has {string.Join(", ", versions.Select(Words))}."
                );
        return active.Length switch
        {
            1 => await DescribeAsync(active[0].Id, cancel),
            0 => throw new HubException(
                "deactivated",
                $"every version of '{name.Name}' on OpenML is deactivated or in preparation, which means that something is wrong with it",
                $"To use it all the same, name the version: {string.Join(", ", versions.Select(Words))}."
            ),
            _ => throw new HubException(
                "several-versions",
                $"OpenML has {active.Length} versions of '{name.Name}'",
                $"Choose one: {string.Join(", ", active.Select(Words))}."
            ),
        };
    }

    /// <summary>The versions of a name, also deactivated ones.</summary>
    /// <exception cref="HubException">There is no such name, or OpenML cannot be reached.</exception>
    public async Task<IReadOnlyList<OpenMlVersion>> VersionsAsync(string name, CancellationToken cancel = default)
    {
        var versions = new List<OpenMlVersion>();
        foreach (var status in (string[])["active", "deactivated"])
        {
            var path = $"data/list/data_name/{Uri.EscapeDataString(name)}/status/{status}";
            var (answer, error) = await AskAsync(path, cancel);
            using (answer)
                if (answer is not null)
                    versions.AddRange(Read(OpenMlJson.List, answer));
                else if (!NoResults.Contains(error.Code) && error.Status != HttpStatusCode.NotFound)
                    throw Refused(error, $"'{name}'");
        }
        return versions.Count > 0
            ? [.. versions.DistinctBy(v => v.Id).OrderBy(v => v.Version).ThenBy(v => v.Id)]
            : throw new HubException(
                "not-found",
                $"there is no dataset named '{name}' on {Options.Endpoint.Host}",
                $"Names must be written exactly as on OpenML, in small and capital letters too: search on {Options.Endpoint}."
            );
    }

    /// <exception cref="HubException">There is no such dataset, or OpenML cannot be reached.</exception>
    public async Task<OpenMlDataset> DescribeAsync(int id, CancellationToken cancel = default)
    {
        OpenMlDataset dataset;
        var (answer, error) = await AskAsync(string.Create(CultureInfo.InvariantCulture, $"data/{id}"), cancel);
        using (answer)
            dataset = answer is not null
                ? Read(json => OpenMlJson.Description(json, Options.Endpoint), answer)
                : throw await NotFoundAsync(id, error, cancel);
        if (dataset.Formats.Count == 0)
            throw new HubException(
                "no-table",
                $"the dataset {id} '{dataset.Name}' of OpenML has no file",
                $"See its page {dataset.Page}, and add the file here yourself."
            );
        dataset = await AddAsync(dataset, "features", OpenMlJson.WithFeatures, cancel);
        return await AddAsync(dataset, "qualities", OpenMlJson.WithQualities, cancel);
    }

    /// <summary>Adds what OpenML has computed. A new dataset has nothing yet.</summary>
    async Task<OpenMlDataset> AddAsync(
        OpenMlDataset dataset,
        string what,
        Func<OpenMlDataset, JsonElement, OpenMlDataset> add,
        CancellationToken cancel
    )
    {
        try
        {
            var (answer, _) = await AskAsync(string.Create(CultureInfo.InvariantCulture, $"data/{what}/{dataset.Id}"), cancel);
            using (answer)
                return answer is null ? dataset : add(dataset, answer.RootElement);
        }
        catch (FormatException)
        {
            return dataset;
        }
    }

    async Task<HubException> NotFoundAsync(int id, Fault error, CancellationToken cancel)
    {
        if (error.Code == NoAccess)
            return new("access-refused", $"the dataset {id} of OpenML is not public", "Ask its owner, or choose another one.");
        if (error.Code != UnknownDataset && error.Status != HttpStatusCode.NotFound)
            return Refused(error, $"dataset {id}");
        var (answer, _) = await AskAsync(string.Create(CultureInfo.InvariantCulture, $"task/{id}"), cancel);
        using (answer)
            if (answer is not null)
                return OpenMlName.IsTask(
                    $"OpenML has no dataset {id}, but a task {id}"
                        + (Read(OpenMlJson.DatasetOfTask, answer) is { } of ? $" on dataset {of}" : "")
                );
        return new(
            "not-found",
            $"there is no dataset {id} on {Options.Endpoint.Host}",
            $"Check the id on {Options.Endpoint}; a run, a flow and a task have ids of their own."
        );
    }

    readonly record struct Fault(HttpStatusCode Status, int Code, string Message);

    /// <returns>The answer, or the error that OpenML reports.</returns>
    /// <exception cref="HubException">OpenML cannot be reached, or answers with something else.</exception>
    async Task<(JsonDocument? Answer, Fault Error)> AskAsync(string path, CancellationToken cancel)
    {
        var address = new Uri($"{Options.Endpoint.AbsoluteUri.TrimEnd('/')}/api/v1/json/{path}");
        byte[] bytes;
        HttpStatusCode status;
        try
        {
            using var response = await requests.GetAsync(address, 0, cancel);
            status = response.StatusCode;
            bytes = await requests.ReadAllAsync(response, LargestAnswer, cancel) ?? throw Strange("the answer is too long");
            if (status == HttpStatusCode.TooManyRequests)
                throw new HubException("rate-limited", $"{Options.Endpoint.Host} limits the number of requests", "Try again later.");
        }
        catch (Exception e) when (HubRequests.IsNetwork(e, cancel))
        {
            throw Offline(e);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or FormatException)
        {
            throw Strange(e.Message);
        }
        var text = Encoding.UTF8.GetString(bytes);
        if (status == HttpStatusCode.OK)
            return (Parsed(text) ?? throw Strange(text.TrimStart().StartsWith('<') ? "it is a web page" : "it is not JSON"), default);
        using var error = Parsed(text);
        if (error is not null && OpenMlJson.Error(error.RootElement) is { } told)
            return (null, new(status, told.Code, told.Message));
        var (code, message) = (ErrorCode().Match(text), ErrorMessage().Match(text));
        return (
            null,
            new(
                status,
                code.Success ? int.Parse(code.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0,
                message.Groups[1].Value.Trim()
            )
        );
    }

    static JsonDocument? Parsed(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    T Read<T>(Func<JsonElement, T> read, JsonDocument answer)
    {
        try
        {
            return read(answer.RootElement);
        }
        catch (FormatException e)
        {
            throw Strange(e.Message);
        }
    }

    HubException Strange(string why) =>
        new(
            "server-failed",
            $"{Options.Endpoint.Host} did not answer in the form of OpenML: {why.TrimEnd('.')}",
            $"Try again later, or check the address ({OpenMlOptions.EndpointVariable})."
        );

    HubException Refused(Fault error, string what) =>
        new(
            "server-failed",
            $"{Options.Endpoint.Host} answered {(int)error.Status} for {what}"
                + (error.Message.Length > 0 ? $": {error.Message.TrimEnd('.')}" : "")
                + (error.Code > 0 ? $" (code {error.Code})" : ""),
            "Try again later."
        );

    internal HubException Offline(Exception e) =>
        new(
            "offline",
            $"{Options.Endpoint.Host} cannot be reached: {e.GetBaseException().Message.TrimEnd('.')}",
            "Check the connection, or download the file on another machine and add it here.",
            e
        );

    static string Words(OpenMlVersion version) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{version.Name}@{version.Version} (id {version.Id}{Size(version)}{(version.Status == OpenMlDataset.Active ? "" : ", " + version.Status)})"
        );

    static string Size(OpenMlVersion version) =>
        version.Rows is { } rows ? string.Create(CultureInfo.InvariantCulture, $", {rows} rows, {version.Columns} columns") : "";

    public void Dispose() => requests.Dispose();

    [GeneratedRegex("<oml:code>([0-9]{1,6})</oml:code>")]
    private static partial Regex ErrorCode();

    [GeneratedRegex("<oml:message>([^<]*)</oml:message>")]
    private static partial Regex ErrorMessage();
}
