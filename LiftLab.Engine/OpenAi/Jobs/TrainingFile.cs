using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.OpenAi.Jobs;

/// <summary>The training or validation rows as JSON Lines, in the paper's form or as chats, and their upload.</summary>
static class TrainingFile
{
    static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(TablePrompts prompts, Table table, IReadOnlyList<int> rows, RowForm form)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
            text.Append(Line(prompts.Write(table, row), prompts.Template.Joint, form)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static string Line(Example example, string joint, RowForm form) =>
        form == RowForm.Chat
            ? new JsonObject
            {
                ["messages"] = new JsonArray(
                    new JsonObject { ["role"] = "user", ["content"] = example.Prompt },
                    new JsonObject { ["role"] = "assistant", ["content"] = example.Completion }
                ),
            }.ToJsonString(Json)
            : PromptLines.Write(example with { Completion = joint + example.Completion });

    /// <summary>Uploads a file, unless the service has it already under this name, as after a crash.</summary>
    public static async Task<RemoteFile> UploadAsync(
        ProviderClient client,
        RemoteFile file,
        byte[] content,
        bool retried,
        CancellationToken cancel
    )
    {
        if (file.Id is { } known && await IsThereAsync(client, known, cancel))
            return file;
        if (retried)
            await foreach (var stored in client.ListAsync("files", cancel))
                if (Fields.Text(stored, "filename") == file.Name && Fields.Text(stored, "id") is { } found)
                    return file with { Id = found };
        var answer = await client.UploadAsync("files", file.Name, content, "fine-tune", cancel);
        return file with { Id = Fields.Text(answer, "id") ?? throw Unnamed(client, "file") };
    }

    static async Task<bool> IsThereAsync(ProviderClient client, string id, CancellationToken cancel)
    {
        try
        {
            await client.GetAsync("files/" + Uri.EscapeDataString(id), cancel);
            return true;
        }
        catch (ProviderException e) when (e.Status is 404 or 410)
        {
            return false; // expired or deleted there
        }
    }

    internal static ProviderException Unnamed(ProviderClient client, string what) =>
        new(
            "not-understood",
            $"{client.Provider.Name} accepted the {what} and gave no id",
            "Check that the address is that of a compatible service."
        );
}
