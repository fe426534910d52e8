using LiftLab.Tests.Web.Serving;

namespace LiftLab.Tests.Web.Code;

/// <summary>A test that runs other programs; skipped with the reason where one is missing.</summary>
sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        if (programs.FirstOrDefault(p => NodeFactAttribute.Program(p) is null) is { } missing)
            Skip = $"{missing} is missing";
    }
}
