namespace LiftLab.Web.Parts;

/// <summary>Headings for decision boundaries, response surfaces and response curves.</summary>
public static class SliceTitle
{
    /// <summary>"Response curve".</summary>
    public static string One(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>"Decision boundaries", "Response curves".</summary>
    public static string Plural(string name) => One(name.EndsWith('y') ? name[..^1] + "ies" : name + "s");
}
