using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.House;

/// <summary>Folders are the flow: which room of the engine may use which other, checked over the compiled assembly.</summary>
public sealed class ArrowTests
{
    const string Engine = "LiftLab.Engine.";

    /// <summary>Room → the rooms it may use besides itself. A room that is missing here fails the first test.</summary>
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Tables"] = [],
        ["Prompts"] = ["Tables"],
        ["Tokens"] = [],
        ["Models"] = ["Tokens"],
        ["Learning"] = ["Tables"],
        ["FineTuning"] = ["Tables", "Prompts", "Tokens", "Models", "Learning"],
        ["Pretraining"] = ["Tables", "Prompts", "Tokens", "Models", "Learning", "FineTuning", "InContext"],
        ["InContext"] = ["Tables", "Prompts", "Tokens", "Models", "Learning", "FineTuning"],
        ["Baselines"] = ["Tables", "Learning"],
        ["Runs"] = ["Tables", "Learning"],
        ["Launching"] = ["Runs"],
    };

    /// <summary>Composition: may use every room, and no room may use it.</summary>
    const string Composition = "Commands";

    static readonly string[] TorchRooms = ["Models", "FineTuning", "Pretraining", "InContext"];

    static readonly Architecture Compiled = new ArchLoader().LoadAssemblies(typeof(Table).Assembly).Build();

    static string? Room(string fullName) =>
        fullName.StartsWith(Engine, StringComparison.Ordinal) && fullName.IndexOf('.', Engine.Length) is > 0 and var end ? fullName[Engine.Length..end] : null;

    static IEnumerable<(string From, string To, string Type)> Arrows() =>
        from type in Compiled.Types
        let room = Room(type.FullName)
        where room is not null
        from dependency in type.Dependencies
        let target = dependency.Target.FullName
        let other = target.StartsWith("TorchSharp.", StringComparison.Ordinal) ? "TorchSharp" : Room(target)
        where other is not null && other != room
        select (room, other, type.FullName);

    [Fact]
    public void Every_room_of_the_engine_has_its_arrows_written_down()
    {
        var rooms = Compiled.Types.Select(t => Room(t.FullName)).OfType<string>().Where(r => r != Composition).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("Tables", rooms);
        Assert.Empty(rooms.Except(Allowed.Keys));
    }

    [Fact]
    public void No_room_uses_a_room_it_may_not()
    {
        var wrong = Arrows()
            .Where(a => a.From != Composition && a.To != "TorchSharp" && !Allowed[a.From].Contains(a.To))
            .Select(a => $"{a.From} -> {a.To} in {a.Type}").Distinct().Order(StringComparer.Ordinal);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_model_rooms_know_TorchSharp()
    {
        var wrong = Arrows().Where(a => a.To == "TorchSharp" && a.From != Composition && !TorchRooms.Contains(a.From)).Select(a => a.Type).Distinct();
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_dashboard_cannot_see_TorchSharp() =>
        Assert.DoesNotContain("TorchSharp", System.Reflection.Assembly.Load("LiftLab.Web").GetReferencedAssemblies().Select(a => a.Name));
}
