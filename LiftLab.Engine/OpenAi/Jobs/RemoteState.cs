using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftLab.Engine.OpenAi.Jobs;

/// <summary>What a run has at its provider, kept so that after a crash nothing is created twice.</summary>
/// <param name="Key">The run's own key: in the names of its files and in the metadata of its jobs.</param>
public sealed record RemoteState(string Key)
{
    public RemoteFile? Training { get; init; }
    public RemoteFile? Validation { get; init; }
    public IReadOnlyList<RemoteJob> Jobs { get; init; } = [];

    /// <summary>When its files and models were deleted at the provider; null where they are still there.</summary>
    public DateTimeOffset? Deleted { get; init; }

    /// <summary>Names of the fine-tuned models and of their checkpoints.</summary>
    [JsonIgnore]
    public IEnumerable<string> Models =>
        Jobs.Select(j => j.Model).OfType<string>().Concat(Jobs.SelectMany(j => j.Checkpoints).Select(c => c.Model)).Distinct();

    public const string FileName = "remote.json";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Null where the folder has none, or a damaged one.</summary>
    public static RemoteState? Read(string folder)
    {
        try
        {
            return
                JsonSerializer.Deserialize<RemoteState>(File.ReadAllText(Path.Combine(folder, FileName)), Json) is { Key: not null } state
                ? state
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Written under another name, flushed and renamed: the file is whole at any time.</summary>
    public RemoteState Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var (file, half) = (Path.Combine(folder, FileName), Path.Combine(folder, FileName + ".tmp"));
        using (var stream = new FileStream(half, FileMode.Create))
        {
            JsonSerializer.Serialize(stream, this, Json);
            stream.Flush(flushToDisk: true);
        }
        File.Move(half, file, overwrite: true);
        return this;
    }

    public RemoteState With(RemoteJob job) => this with { Jobs = [.. Jobs.Select(j => j.Key == job.Key ? job : j)] };
}

/// <param name="Id">Null before the service has given one.</param>
public sealed record RemoteFile(string Name, string? Id = null);

/// <summary>One fine-tuning job.</summary>
/// <param name="Key">The job's own key, in its metadata and as idempotency key.</param>
/// <param name="Rate">Null for the provider's choice.</param>
/// <param name="Id">Null before the service has given one.</param>
public sealed record RemoteJob(string Key, double? Rate, string? Id = null)
{
    /// <summary>The service's word for the job's state; null before the first look.</summary>
    public string? State { get; init; }

    public IReadOnlyList<RemoteCheckpoint> Checkpoints
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Name of the fine-tuned model; null before the job has succeeded.</summary>
    public string? Model { get; init; }

    /// <summary>Tokens that the provider bills; null where it does not say.</summary>
    public long? TrainedTokens { get; init; }

    /// <summary>Why the job ended without a model; null otherwise.</summary>
    public string? Failure { get; init; }

    public bool IsOver => Model is not null || Failure is not null;
}

/// <param name="Model">The name under which the checkpoint answers.</param>
/// <param name="Loss">On the validation rows; null where the service does not say.</param>
public sealed record RemoteCheckpoint(string Model, long Step, double? Loss);
