using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;

namespace LiftLab.Tests.House;

/// <summary>
/// Allowed dependencies between rooms (folders), checked on the compiled assemblies at two levels: rooms, and the sub-rooms of each room.
/// The files of a room and its sub-rooms may use each other.
/// </summary>
public sealed class ArrowTests
{
    /// <summary>Room → the other rooms that it may use.</summary>
    static readonly Dictionary<string, string[]> Rooms = new(StringComparer.Ordinal)
    {
        ["Engine.Tables"] = [],
        ["Engine.Prompts"] = ["Tables"],
        ["Engine.Tokens"] = [],
        ["Engine.Models"] = ["Tokens"],
        ["Engine.Studio"] = ["Tables", "Prompts", "Tokens", "Learning"],
        ["Engine.Hub"] = ["Models"],
        ["Engine.OpenMl"] = ["Tables", "Hub"],
        ["Engine.Learning"] = ["Tables"],
        ["Engine.Figures"] = ["Tables", "Learning"],
        ["Engine.FineTuning"] = ["Tables", "Prompts", "Tokens", "Models", "Hub", "Learning"],
        ["Engine.InContext"] = ["Tables", "Prompts", "Tokens", "Models", "Learning", "FineTuning", "OpenAi"],
        ["Engine.Pretraining"] = ["Tables", "Prompts", "Tokens", "Models", "Learning", "FineTuning", "InContext"],
        ["Engine.OpenAi"] = ["Tables", "Prompts", "Learning"],
        ["Engine.Baselines"] = ["Tables", "Learning"],
        ["Engine.Runs"] = ["Tables", "Learning"],
        ["Engine.Launching"] = ["Runs"],
        ["Engine.Perturbations"] = ["Tables", "Learning", "Baselines"],
        ["Engine.Experiments"] = ["Tables", "Learning", "Figures", "Perturbations", "Runs"],
        ["Web.Charts"] = [],
        ["Web.Storage"] = [],
        ["Web.Live"] = ["Storage"],
        ["Web.Parts"] = ["Charts"],
        ["Web.Pages"] = ["Charts", "Parts", "Live", "Storage"],
        ["Web.Api"] = ["Live", "Storage"],
        ["Web.Hosting"] = ["Api", "Pages", "Live", "Storage"],
    };

    /// <summary>Sub-room → the sub-rooms of the same room that it may use.</summary>
    static readonly Dictionary<string, string[]> SubRooms = new(StringComparer.Ordinal)
    {
        ["Engine.Tables.RandomNumbers"] = [],
        ["Engine.Tables.Splits"] = ["RandomNumbers"],
        ["Engine.Tables.Synthetic"] = ["RandomNumbers", "Splits"],
        ["Engine.Tables.Cells"] = [],
        ["Engine.Tables.Profile"] = ["Cells", "Splits"],
        ["Engine.Tables.Steps"] = ["Cells", "Profile"],
        ["Engine.Tables.Reading"] = ["Cells", "Profile", "Steps"],
        ["Engine.Prompts.Cells"] = [],
        ["Engine.Prompts.Answers"] = ["Cells"],
        ["Engine.Prompts.Checks"] = ["Answers", "Cells"],
        ["Engine.Prompts.Wordings"] = ["Cells"],
        ["Engine.Prompts.Templates"] = ["Cells"],
        ["Engine.Models.Torch"] = [],
        ["Engine.Models.Memory"] = [],
        ["Engine.Models.Layers"] = ["Torch"],
        ["Engine.Models.Adapters"] = ["Layers", "Torch"],
        ["Engine.Models.Quantised"] = ["Layers", "Memory", "Torch"],
        ["Engine.Models.Files"] = ["Layers", "Quantised", "Torch"],
        ["Engine.Models.Architectures"] = ["Files"],
        ["Engine.FineTuning.Recipes"] = [],
        ["Engine.FineTuning.Training"] = ["Recipes"],
        ["Engine.FineTuning.Answering"] = ["Recipes", "Training"],
        ["Engine.FineTuning.Kept"] = ["Recipes", "Answering"],
        ["Engine.FineTuning.Stacks"] = ["Recipes", "Training", "Answering", "Kept"],
        ["Engine.FineTuning.Instruct"] = ["Recipes", "Training", "Kept", "Writing"],
        ["Engine.FineTuning.Writing"] = ["Recipes", "Answering"],
        ["Engine.Learning.Texts"] = [],
        ["Engine.Learning.Scores"] = [],
        ["Engine.Learning.Evidence"] = ["Scores"],
        ["Engine.Figures.Charts"] = [],
        ["Engine.Learning.Kept"] = [],
        ["Engine.Learning.Slices"] = [],
        ["Engine.OpenAi.Dialects"] = [],
        ["Engine.OpenAi.Wire"] = [],
        ["Engine.OpenAi.Money"] = [],
        ["Engine.OpenAi.Asking"] = ["Money", "Wire"],
        ["Engine.OpenAi.Jobs"] = ["Asking", "Dialects", "Wire"],
        ["Engine.Baselines.Algebra"] = [],
        ["Engine.Baselines.Encoding"] = ["Algebra"],
        ["Engine.Baselines.Choosing"] = ["Algebra", "Encoding"],
        ["Engine.Baselines.Trees"] = ["Algebra", "Choosing", "Encoding"],
        ["Engine.Baselines.Kernels"] = ["Algebra", "Choosing"],
        ["Engine.Baselines.Linear"] = ["Algebra", "Choosing"],
        ["Engine.Baselines.Networks"] = ["Algebra", "Choosing", "Encoding"],
        ["Engine.Runs.Events"] = [],
        ["Engine.Experiments.Answers"] = [],
        ["Engine.Experiments.Robustness"] = ["Answers"],
        ["Engine.Experiments.Questions"] = ["Answers", "Robustness"],
        ["Engine.Experiments.Work"] = ["Answers"],
        ["Engine.Perturbations.Training"] = [],
        ["Engine.Perturbations.Test"] = [],
        ["Engine.Runs.Work"] = ["Events"],
        ["Engine.Runs.Asking"] = [],
        ["Engine.Runs.Resident"] = ["Asking"],
        ["Engine.Launching.Commands"] = [],
        ["Engine.Launching.Resident"] = [],
        ["Engine.Launching.Slurm"] = [],
        ["Web.Storage.People"] = [],
        ["Web.Storage.Queue"] = ["Database", "People"],
        ["Web.Storage.Database"] = ["People"],
        ["Web.Storage.Tables"] = ["Database", "People"],
        ["Web.Storage.Postgres"] = ["Database", "Queue"],
        ["Web.Storage.Providers"] = ["People"],
        ["Web.Hosting.Access"] = [],
        ["Web.Live.Providers"] = [],
        ["Web.Live.Jobs"] = ["Providers"],
        ["Web.Live.Space"] = [],
        ["Web.Pages.Space"] = [],
        ["Web.Live.Predictions"] = ["Providers"],
        ["Web.Live.Serving"] = [],
        ["Web.Api.OpenAi"] = [],
        ["Web.Pages.Providers"] = [],
        ["Web.Pages.Code"] = [],
        ["Web.Pages.Predict"] = ["Data", "Run", "Shell"],
        ["Web.Charts.PlotlyJs"] = [],
        ["Web.Charts.Svg"] = [],
        ["Engine.Runs.Plans"] = ["Events"],
        ["Engine.Runs.Comparing"] = [],
        ["Web.Parts.Fields"] = [],
        ["Web.Parts.States"] = [],
        ["Web.Parts.Panels"] = ["States"],
        ["Web.Pages.Shell"] = [],
        ["Web.Pages.Library"] = [],
        ["Web.Pages.Experiments"] = ["Library", "Shell"],
        ["Web.Pages.Data"] = ["Experiments", "Shell"],
        ["Web.Pages.Studio"] = [],
        ["Web.Pages.Start"] = ["Library", "Shell", "Studio"],
        ["Web.Pages.Run"] = ["Experiments", "Shell"],
        ["Web.Pages.Report"] = ["Run"],
        ["Web.Pages.Studies"] = ["Experiments", "Report", "Shell"],
        ["Web.Pages.Compare"] = ["Report", "Run"],
    };

    /// <summary>May use every room, and no room may use it.</summary>
    const string Composition = "Engine.Commands";

    static readonly string[] TorchRooms = ["Engine.Models", "Engine.FineTuning", "Engine.Pretraining", "Engine.InContext", Composition];

    static readonly Architecture Compiled = new ArchLoader().LoadAssemblies(typeof(Table).Assembly, typeof(LabFolder).Assembly).Build();

    /// <summary>
    /// "LiftLab.Engine.Tables.Reading.CsvRows" at depth 2 is "Engine.Tables", at depth 3 "Engine.Tables.Reading"; null where the name is
    /// shorter.
    /// </summary>
    static string? At(int depth, IType type)
    {
        var parts = (type.Namespace?.FullName ?? "").Split('.');
        return parts[0] == "LiftLab" && parts.Length > depth ? string.Join('.', parts[1..(depth + 1)]) : null;
    }

    static string Last(string room) => room[(room.LastIndexOf('.') + 1)..];

    static string Parent(string room) => room[..room.LastIndexOf('.')];

    /// <summary>Every dependency of a type on a type in another room with the same parent.</summary>
    static IEnumerable<(string From, string To, string Why)> Arrows(int depth) =>
        from type in Compiled.Types
        let here = At(depth, type)
        where here is not null
        from dependency in type.Dependencies
        let there = At(depth, dependency.Target)
        where there is not null && there != here && Parent(here) == Parent(there)
        select (here, there, $"{type.Name} uses {dependency.Target.Name}");

    static IEnumerable<string> Wrong(int depth, Dictionary<string, string[]> allowed) =>
        from arrow in Arrows(depth)
        where arrow.From != Composition && Parent(arrow.From) != Composition
        where !(allowed.TryGetValue(arrow.From, out var may) && may.Contains(Last(arrow.To)))
        group arrow.Why by (arrow.From, arrow.To) into pair
        orderby pair.Key
        select $"{pair.Key.From} -> {pair.Key.To}: {string.Join(", ", pair.Distinct().Take(3))}";

    [Fact]
    public void Every_room_has_its_arrows_written_down()
    {
        var rooms = Compiled
            .Types.Select(t => At(2, t))
            .OfType<string>()
            .Where(r => r != Composition && Last(r) != "Migrations")
            .ToHashSet();
        Assert.Contains("Engine.Tables", rooms);
        Assert.Contains("Web.Charts", rooms);
        Assert.Equal(rooms.Order(StringComparer.Ordinal), Rooms.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_sub_room_has_its_arrows_written_down()
    {
        var subRooms = Compiled
            .Types.Select(t => At(3, t))
            .OfType<string>()
            .Where(r => Parent(r) != Composition && Last(r) != "Migrations")
            .ToHashSet();
        Assert.Contains("Engine.Tables.Reading", subRooms);
        Assert.Equal(subRooms.Order(StringComparer.Ordinal), SubRooms.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_room_uses_a_room_it_may_not() => AssertNone(Wrong(2, Rooms));

    [Fact]
    public void No_sub_room_uses_a_sub_room_it_may_not() => AssertNone(Wrong(3, SubRooms));

    /// <summary>With all of them in the message: a collection's would be cut.</summary>
    static void AssertNone(IEnumerable<string> wrong)
    {
        string[] all = [.. wrong];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    [Fact]
    public void The_allowed_arrows_lead_round_in_no_circle()
    {
        Assert.Empty(Circles(Rooms));
        Assert.Empty(Circles(SubRooms));
    }

    /// <summary>Rooms on a cycle of allowed arrows.</summary>
    static IEnumerable<string> Circles(Dictionary<string, string[]> allowed)
    {
        bool Reaches(string from, string to, HashSet<string> seen) =>
            allowed[from].Select(r => $"{Parent(from)}.{r}").Any(next => next == to || (seen.Add(next) && Reaches(next, to, seen)));
        return allowed.Keys.Where(room => Reaches(room, room, []));
    }

    [Fact]
    public void Only_the_model_rooms_know_TorchSharp()
    {
        var wrong =
            from type in Compiled.Types
            let room = At(2, type)
            where room is not null && !TorchRooms.Contains(room)
            where type.Dependencies.Any(d => d.Target.FullName.StartsWith("TorchSharp.", StringComparison.Ordinal))
            select type.FullName;
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_SQLite_database_knows_SQLite()
    {
        bool KnowsSqlite(IType type) =>
            type.Dependencies.Any(d =>
                d.Target.FullName.StartsWith("Microsoft.", StringComparison.Ordinal)
                && d.Target.FullName.Contains("Sqlite", StringComparison.Ordinal)
            );
        var knowing = Compiled.Types.Where(KnowsSqlite).Where(t => Last(t.Namespace.FullName) != "Migrations").Select(t => t.FullName);
        Assert.Equal([typeof(SqliteDatabase).FullName!], knowing.Select(n => n.Split('+')[0]).Distinct());
    }

    [Fact]
    public void Only_the_PostgreSQL_room_knows_PostgreSQL()
    {
        var knowing =
            from type in Compiled.Types
            where type.Dependencies.Any(d => d.Target.FullName.Split('`')[0].Contains("Npgsql", StringComparison.Ordinal))
            where Last(type.Namespace.FullName) != "Migrations"
            select type.Namespace.FullName;
        Assert.Equal(["LiftLab.Web.Storage.Postgres"], knowing.Distinct());
    }

    [Fact]
    public void Only_the_database_opens_a_context()
    {
        var opening =
            from type in Compiled.Types
            where
                type
                    .Dependencies.OfType<MethodCallDependency>()
                    .Any(c =>
                        c.TargetMember.FullName.Contains("LabDb::.ctor", StringComparison.Ordinal)
                        || c.TargetMember.FullName.Contains("PostgresDb::.ctor", StringComparison.Ordinal)
                    )
            select type.FullName.Split('+')[0].Split('/')[0];
        string[] may =
        [
            "LiftLab.Web.Storage.Database.LabDbDesign",
            typeof(SqliteDatabase).FullName!,
            "LiftLab.Web.Storage.Postgres.PostgresDatabase",
            "LiftLab.Web.Storage.Postgres.PostgresDb", // is derived
            "LiftLab.Web.Storage.Postgres.PostgresDbDesign",
        ];
        Assert.Equal(may, opening.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_Plotly_s_painter_and_the_chart_component_know_Plotly()
    {
        var chart = typeof(LiftLab.Web.Parts.Chart).FullName!;
        var wrong =
            from type in Compiled.Types
            where At(3, type) != "Web.Charts.PlotlyJs"
            where type.FullName != chart && !type.FullName.StartsWith(chart + "+", StringComparison.Ordinal)
            where type.Dependencies.Any(d => d.Target.FullName.StartsWith("Plotly.Blazor.", StringComparison.Ordinal))
            select type.FullName;
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_SVG_painter_writes_SVG()
    {
        string[] files = [.. Sources.Files("LiftLab.Engine", ".cs"), .. Sources.Files("LiftLab.Web", ".cs", ".razor", ".js")];
        var wrong = files
            .Where(f => !f.StartsWith("LiftLab.Web/Charts/Svg/", StringComparison.Ordinal))
            .Where(f =>
                Sources.Read(f).Contains("<svg", StringComparison.Ordinal)
                || Sources.Read(f).Contains("w3.org/2000/svg", StringComparison.Ordinal)
            );
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_dashboard_cannot_see_TorchSharp() =>
        Assert.DoesNotContain("TorchSharp", typeof(LabFolder).Assembly.GetReferencedAssemblies().Select(a => a.Name));
}
