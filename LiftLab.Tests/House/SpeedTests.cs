using System.Reflection;

namespace LiftLab.Tests.House;

public sealed class SpeedTests
{
    static readonly Type[] Classes =
    [
        .. typeof(SpeedTests).Assembly.GetTypes().Where(t => t.GetMethods().Any(m => m.GetCustomAttributes<FactAttribute>().Any())),
    ];

    static IEnumerable<string> Traits(Type type) =>
        type.GetCustomAttributesData()
            .Where(a => a.AttributeType == typeof(TraitAttribute) && (string)a.ConstructorArguments[0].Value! == Speed.Trait)
            .Select(a => (string)a.ConstructorArguments[1].Value!);

    [Fact]
    public void Tests_that_drive_a_browser_say_so()
    {
        var wrong = Classes
            .Where(t => t.Namespace?.StartsWith("LiftLab.Tests.EndToEnd", StringComparison.Ordinal) == true)
            .Where(t => !Traits(t).SequenceEqual([Speed.Browser]))
            .Select(t => t.Name);
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_speed_is_one_of_those_that_filters_know()
    {
        var named = Classes.SelectMany(t => Traits(t)).ToArray();
        Assert.Contains(Speed.Slow, named);
        Assert.All(named, s => Assert.Contains(s, (string[])[Speed.Slow, Speed.Browser]));
    }
}
