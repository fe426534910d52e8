using LiftLab.Tests.House;

namespace LiftLab.Tests;

/// <summary>Inputs that go wrong; see Cases/README.md.</summary>
static class CaseFile
{
    public static string At(params string[] path) => Path.Combine([Sources.Root, "LiftLab.Tests", "Cases", .. path]);
}
