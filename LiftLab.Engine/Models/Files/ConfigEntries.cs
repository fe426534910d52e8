using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Models.Files;

/// <summary>Typed access to a <c>config.json</c>; errors name the entry.</summary>
public sealed class ConfigEntries(JsonObject json)
{
    public JsonObject Json { get; } = json;

    public bool Has(string name) => Json[name] is { } node && node.GetValueKind() != JsonValueKind.Null;

    public string Text(string name) => Value<string>(name);

    public string Text(string name, string otherwise) => Has(name) ? Value<string>(name) : otherwise;

    public int Whole(string name) => Value<int>(name);

    public int Whole(string name, int otherwise) => Has(name) ? Value<int>(name) : otherwise;

    public double Number(string name, double otherwise) => Has(name) ? Value<double>(name) : otherwise;

    public bool Flag(string name, bool otherwise) => Has(name) ? Value<bool>(name) : otherwise;

    /// <summary>Reads an activation by its Hugging Face name.</summary>
    public Activation Activation(string name, string otherwise) =>
        Text(name, otherwise) switch
        {
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => Models.Activation.GeluTanh,
            "gelu" => Models.Activation.Gelu,
            "silu" or "swish" => Models.Activation.Silu,
            "relu" => Models.Activation.Relu,
            var other => throw new ModelFolderException(
                "config-impossible",
                $"config.json: {name} is '{other}'",
                "Known are gelu_new, gelu_pytorch_tanh, gelu_fast, gelu, silu, swish and relu."
            ),
        };

    T Value<T>(string name)
    {
        if (!Has(name))
            throw new ModelFolderException("config-incomplete", $"config.json has no '{name}'", "Get the model's config.json again.");
        try
        {
            return Json[name]!.GetValue<T>();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new ModelFolderException(
                "config-impossible",
                $"config.json: '{name}' is {Json[name]!.ToJsonString()}, which is not a {typeof(T).Name}",
                "Get the model's config.json again."
            );
        }
    }
}

/// <summary>A model folder cannot be used; the message says what is wrong and what to do.</summary>
public sealed class ModelFolderException(string code, string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner)
{
    /// <summary>Stable code of the error ("tensor-missing").</summary>
    public string Code { get; } = code;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;
}
