namespace LiftLab.Engine.Models.Files;

/// <summary>Finds the weight of a model that a stored name means.</summary>
static class StoredName
{
    /// <summary>Parts that wrappers of a model add to the names when it is saved: torch.compile and data parallel training.</summary>
    const string Compiled = "_orig_mod.",
        Parallel = "module.";

    /// <param name="prefix">A prefix that some checkpoints of the family add to every name, or omit.</param>
    /// <param name="isWanted">Whether the model has a weight of a name.</param>
    /// <returns>The model's name of the weight; the stored name without the wrappers' parts if the model has no such weight.</returns>
    public static string In(string stored, string? prefix, Func<string, bool> isWanted)
    {
        if (isWanted(stored))
            return stored;
        var name = stored.Replace(Compiled, "", StringComparison.Ordinal);
        if (name.StartsWith(Parallel, StringComparison.Ordinal))
            name = name[Parallel.Length..];
        if (prefix is null || isWanted(name))
            return name;
        if (isWanted(prefix + name))
            return prefix + name;
        return name.StartsWith(prefix, StringComparison.Ordinal) && isWanted(name[prefix.Length..]) ? name[prefix.Length..] : name;
    }

    /// <summary>Whether a stored tensor is not a weight of the model but may be there: a buffer, or the head that is tied to the
    /// embedding.</summary>
    /// <param name="name">From <see cref="In"/>.</param>
    public static bool IsIgnored(string name, WeightNames names, bool tied) =>
        names.Ignored.Any(end => name.EndsWith(end, StringComparison.Ordinal)) || (tied && name == names.Head + ".weight");
}
