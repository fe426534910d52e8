using System.Text.Json.Nodes;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Web.Api.OpenAi;

/// <summary><c>/v1/models</c>: base models and fine-tuned models.</summary>
static class ModelApi
{
    public static void MapModels(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/models", (BaseModelList bases) => List(bases));
        v1.MapGet(
            "/models/{**model}",
            (string model, BaseModelList bases) =>
                bases.Find(model) is { } found ? Model(found.Name, 0, "liftlab") : throw ServingException.NoModel(model)
        );
    }

    static JsonObject List(BaseModelList bases) =>
        new() { ["object"] = "list", ["data"] = new JsonArray([.. bases.All.Select(m => (JsonNode)Model(m.Name, 0, "liftlab"))]) };

    static JsonObject Model(string id, long created, string owner) =>
        new()
        {
            ["id"] = id,
            ["object"] = "model",
            ["created"] = created,
            ["owned_by"] = owner,
            ["shutdown_date"] = null,
        };
}
