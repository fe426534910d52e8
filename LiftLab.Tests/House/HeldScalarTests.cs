using LiftLab.Engine.Models.Torch;
using Mono.Cecil;
using TorchSharp;

namespace LiftLab.Tests.House;

/// <summary>
/// The garbage collector can free a TorchSharp scalar that is created as an argument before the native call reads it; the process then
/// crashes. Only <see cref="Arithmetic"/> may create scalars: it keeps references to them.
/// </summary>
public sealed class HeldScalarTests
{
    static readonly ModuleDefinition Torch = ModuleDefinition.ReadModule(typeof(torch).Assembly.Location);
    static readonly ModuleDefinition Tests = ModuleDefinition.ReadModule(typeof(HeldScalarTests).Assembly.Location);
    static readonly ModuleDefinition Engine = ModuleDefinition.ReadModule(typeof(Arithmetic).Assembly.Location);

    [Fact]
    public void Scalars_are_made_in_one_place_only()
    {
        var careless = Careless();
        var found =
            from method in Bodies(Engine).Concat(Bodies(Tests))
            where method.DeclaringType.FullName != typeof(Arithmetic).FullName
            from called in Calls(method)
            where MakesScalar(called) || careless.Contains(called.FullName)
            select $"{method.DeclaringType.Name}.{method.Name} calls {called.FullName}: use {nameof(Arithmetic)}";
        Assert.Empty(found.Distinct());
    }

    [Fact]
    public void That_place_calls_nothing_that_makes_one_on_the_way()
    {
        var careless = Careless();
        var arithmetic = Engine.GetType(typeof(Arithmetic).FullName);
        Assert.Empty(arithmetic.Methods.SelectMany(Calls).Where(c => careless.Contains(c.FullName)).Select(c => c.FullName));
        Assert.Contains(arithmetic.Methods.SelectMany(Calls), MakesScalar);
    }

    /// <summary>Methods of TorchSharp that create a scalar, directly or through another method.</summary>
    static HashSet<string> Careless()
    {
        var callers = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var open = new Queue<string>();
        foreach (var method in Bodies(Torch).Where(m => m.DeclaringType.Name is not (nameof(Scalar) or nameof(ScalarExtensionMethods))))
        foreach (var called in Calls(method))
            if (MakesScalar(called))
                open.Enqueue(method.FullName);
            else
                (callers.TryGetValue(called.FullName, out var list) ? list : callers[called.FullName] = []).Add(method.FullName);
        var careless = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var name))
            if (careless.Add(name) && callers.TryGetValue(name, out var more))
                foreach (var caller in more)
                    open.Enqueue(caller);
        Assert.NotEmpty(careless);
        return careless;
    }

    static IEnumerable<MethodDefinition> Bodies(ModuleDefinition module) =>
        module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody);

    static IEnumerable<MethodReference> Calls(MethodDefinition method) =>
        method.HasBody ? method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>() : [];

    static bool MakesScalar(MethodReference called) =>
        called.DeclaringType.FullName == typeof(ScalarExtensionMethods).FullName
        || (called.DeclaringType.FullName == typeof(Scalar).FullName && called.Name == "op_Implicit");
}
