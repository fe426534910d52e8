using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The JSON format of run folders, the hub and the command line: camelCase, enums as strings, with the runs' event kinds added to the
/// learners'. A document that lacks a part, or has null where none is allowed, is a <see cref="JsonException"/> and not an object with
/// holes.
/// </summary>
public static class RunJson
{
    public static readonly JsonSerializerOptions Line = Create(indented: false);
    public static readonly JsonSerializerOptions Pretty = Create(indented: true);

    /// <summary>Applies the format to options of other code (SignalR, minimal APIs).</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.RespectNullableAnnotations = true;
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddRunEvents, DemandParts, RefuseHoles } };
    }

    static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions { WriteIndented = indented };
        Configure(options);
        options.MakeReadOnly();
        return options;
    }

    /// <summary>A constructor's parameter that takes no null and has no default must be in the document.</summary>
    static void DemandParts(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false } part && !part.ParameterType.IsValueType)
                property.IsRequired = true;
    }

    /// <summary>A list of LiftLab's own records has no null in it.</summary>
    static void RefuseHoles(JsonTypeInfo type)
    {
        if (
            type.Kind == JsonTypeInfoKind.Enumerable
            && type.ElementType is { IsValueType: false, Namespace: { } home }
            && home.StartsWith("LiftLab", StringComparison.Ordinal)
        )
            type.OnDeserialized = list =>
            {
                if (((System.Collections.IEnumerable)list).Cast<object?>().Contains(null))
                    throw new JsonException("a list has null in place of an entry");
            };
    }

    static void AddRunEvents(JsonTypeInfo type)
    {
        if (type.Type != typeof(LearningEvent) || type.PolymorphismOptions is not { } kinds)
            return;
        kinds.DerivedTypes.Add(new(typeof(AttemptStarted), "attempt"));
        kinds.DerivedTypes.Add(new(typeof(Heartbeat), "heartbeat"));
        kinds.DerivedTypes.Add(new(typeof(LearnerFinished), "finished"));
        kinds.DerivedTypes.Add(new(typeof(RunEnded), "ended"));
        kinds.DerivedTypes.Add(new(typeof(StudyPlanned), "planned"));
        kinds.DerivedTypes.Add(new(typeof(CellAnswered), "cell"));
        kinds.DerivedTypes.Add(new(typeof(CellFailed), "cell-failed"));
    }
}
