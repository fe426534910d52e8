using System.Text.Json.Nodes;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary><c>/v1/models</c>: base models and fine-tuned models.</summary>
static class ModelApi
{
    public static void MapModels(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(
            "/models",
            async (ServedModels models, CancellationToken cancel) =>
                new JsonObject
                {
                    ["object"] = "list",
                    ["data"] = new JsonArray([.. (await models.ListAsync(cancel)).Select(m => (JsonNode)Json(m))]),
                }
        );
        v1.MapGet(
            "/models/{**model}",
            async (string model, ServedModels models, CancellationToken cancel) =>
                Json(await models.FindAsync(Uri.UnescapeDataString(model), cancel))
        );
        v1.MapDelete("/models/{**model}", DeleteAsync);
    }

    static async Task<JsonObject> DeleteAsync(string model, ServedJobs jobs, ServedModels models, CancellationToken cancel)
    {
        var id = Uri.UnescapeDataString(model);
        var found = await models.FindAsync(id, cancel);
        if (jobs.Of(found.Id) is not { } job)
            throw new ServingException(
                403,
                $"'{id}' is not a fine-tuned model: delete base models on the Models page of the dashboard.",
                "model",
                "model_not_deletable"
            );
        await jobs.DeleteModelAsync(job, cancel);
        return new()
        {
            ["id"] = id,
            ["object"] = "model",
            ["deleted"] = true,
        };
    }

    static JsonObject Json(ServedModel model) =>
        new()
        {
            ["id"] = model.Id,
            ["object"] = "model",
            ["created"] = model.Created.ToUnixTimeSeconds(),
            ["owned_by"] = model.Owner,
            ["shutdown_date"] = null,
        };
}
