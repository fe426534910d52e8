using System.Text.Json.Serialization;

namespace LiftLab.Web.Storage.People;

/// <summary>What a person may do in the lab; each role includes those before it. Also the names of the policies of ASP.NET Core.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    /// <summary>Sees everything, changes nothing.</summary>
    View,

    /// <summary>Adds tables, starts runs and studies, predicts; cancels and deletes what it has started.</summary>
    Run,

    /// <summary>Everything: providers, keys, models, storage, people, and what others have started.</summary>
    Administer,
}

public static class RoleWords
{
    /// <summary>"view", "run", "administer".</summary>
    public static string Word(this Role role) => role.ToString().ToLowerInvariant();

    /// <summary>What the role allows, as the end of a sentence.</summary>
    public static string Allows(this Role role) =>
        role switch
        {
            Role.View => "sees everything and changes nothing",
            Role.Run => "adds tables, starts runs and studies, predicts, and cancels and deletes what it has started",
            _ => "does everything: also providers, keys, models, storage, people, and what others have started",
        };
}
