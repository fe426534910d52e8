using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Tests.Engine.Models;

/// <summary>Weights of any size that are zeros and take no room on disk.</summary>
static class SparseWeights
{
    /// <summary>Writes the weights that the folder's config.json implies, as float16.</summary>
    public static void Write(string folder)
    {
        var header = new JsonObject();
        var end = 0L;
        foreach (var tensor in ExpectedTensor.Of(ModelFolder.ReadConfig(folder)))
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = "F16",
                ["shape"] = new JsonArray([.. tensor.Shape.Select(n => (JsonNode)n)]),
                ["data_offsets"] = new JsonArray(end, end + 2 * tensor.Count),
            };
            end += 2 * tensor.Count;
        }
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, text.Length);
        using var file = File.Create(Path.Combine(folder, ModelFolder.WeightsFile));
        file.Write(size);
        file.Write(text);
        file.SetLength(8 + text.Length + end);
    }
}
