using System.ClientModel;
using System.Net.Http.Headers;
using OpenAI;
using OpenAI.Files;

namespace LiftLab.Tests.Web.Serving;

/// <summary>A lab that serves the OpenAI API, with clients of it.</summary>
public sealed class ServedLab : IDisposable
{
    public const string Key = "sk-test-0123456789abcdef";

    public ServedLab(string? folder = null, int port = 0, params (string Name, string Value)[] settings)
    {
        Lab = new(folder, port) { Settings = { ["LiftLab:Engine"] = "", ["LiftLab:Serving:Key"] = Key } };
        foreach (var (name, value) in settings)
            Lab.Settings[name] = value;
        Address = new(Lab.Start(), "/v1");
        Http = new() { BaseAddress = new(Address + "/"), Timeout = TimeSpan.FromMinutes(5) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public LabServer Lab { get; }

    /// <summary>With the version, without a slash at the end.</summary>
    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>The official client.</summary>
    public OpenAIClient Official(string key = Key) => new(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = Address });

    /// <summary>Uploads a training file with the official client.</summary>
    /// <returns>The file's id.</returns>
    public async Task<string> UploadAsync(byte[] content, string name = "train.jsonl")
    {
        using var stream = new MemoryStream(content);
        OpenAIFile file = await Official().GetOpenAIFileClient().UploadFileAsync(stream, name, FileUploadPurpose.FineTune);
        return file.Id;
    }

    public void Dispose()
    {
        Http.Dispose();
        Lab.Dispose();
    }
}
