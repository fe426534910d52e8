using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The JSON format of run folders, the hub and the command line: camelCase, enums as strings, with the runs' event kinds added to the
/// learners'.
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
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddRunEvents } };
    }

    static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions { WriteIndented = indented };
        Configure(options);
        options.MakeReadOnly();
        return options;
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
