using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Storage;

/// <summary>A version of a saved template.</summary>
/// <param name="Note">What changed, in the person's words; may be empty.</param>
public sealed record TemplateVersion(int Number, DateTimeOffset Saved, PromptTemplate Template, string Note = "");

/// <summary>A saved template with all its versions, oldest first.</summary>
/// <param name="ForkedFrom">Name and version of the template that it was copied from; null for none.</param>
public sealed record SavedTemplate(string Name, IReadOnlyList<TemplateVersion> Versions, string? ForkedFrom = null)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public TemplateVersion Newest => Versions[^1];
}

/// <summary>The lab's saved templates, one file each. A version is never changed; saving adds one.</summary>
public sealed class TemplateShelf(LabFolder lab, TimeProvider clock)
{
    const int LongestName = 60;

    readonly Lock gate = new();

    string Folder => Path.Combine(lab.Path, "templates");

    /// <summary>In the order of their names. Files that cannot be read are left out, and <see cref="Damaged"/> names them.</summary>
    public IReadOnlyList<SavedTemplate> All() =>
        [.. Files().Select(Read).OfType<SavedTemplate>().OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Paths of files that hold no template; nothing is written over them.</summary>
    public IReadOnlyList<string> Damaged() => [.. Files().Where(f => Read(f) is null).Order(StringComparer.Ordinal)];

    IEnumerable<string> Files() => Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*.json") : [];

    /// <summary>Null where there is none of this name.</summary>
    public SavedTemplate? Find(string name) => IsName(name) && File.Exists(FileOf(name)) ? Read(FileOf(name)) : null;

    /// <summary>Adds a version; the first makes the template. Without a change nothing is added.</summary>
    /// <returns>The template as it was saved, with name and version.</returns>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    /// <exception cref="IOException">The disk is full, or the versions so far cannot be read.</exception>
    public PromptTemplate Save(string name, PromptTemplate template, string note = "", string? forkedFrom = null)
    {
        Visitor.Demand(Role.Run, "save a template");
        if (!IsName(name))
            throw new ArgumentException(
                $"'{name}' cannot be a template's name: use up to {LongestName} letters, digits, spaces, '-', '_' and '.', and no preset's name"
            );
        lock (gate)
        {
            var known = Find(name);
            if (known is null && File.Exists(FileOf(name)))
                throw new IOException(
                    $"the versions of '{name}' so far cannot be read from {FileOf(name)}. Move the file away, or save under another name"
                );
            name = known?.Name ?? name;
            if (known is not null && known.Newest.Template.Equals(template with { Name = name, Version = known.Newest.Number }))
                return known.Newest.Template;
            var number = (known?.Newest.Number ?? 0) + 1;
            var saved = template with { Name = name, Version = number };
            var version = new TemplateVersion(number, clock.GetUtcNow(), saved, note);
            Directory.CreateDirectory(Folder);
            RunFolder.WriteWhole(
                FileOf(name),
                stream =>
                    JsonSerializer.Serialize(
                        stream,
                        new SavedTemplate(name, [.. known?.Versions ?? [], version], known?.ForkedFrom ?? forkedFrom),
                        RunJson.Pretty
                    )
            );
            Visitor.Note($"save version {number} of the template '{name}'");
            return saved;
        }
    }

    /// <summary>Deletes a template with all its versions; runs keep what they used.</summary>
    public void Delete(string name)
    {
        Visitor.Demand(Role.Run, "delete a template");
        Visitor.Note($"delete the template '{name}'");
        if (IsName(name))
            lock (gate)
                File.Delete(FileOf(name));
    }

    /// <summary>Whether a template can be saved under this name.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && name.All(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '.')
        && char.IsLetterOrDigit(name[0])
        && !name.EndsWith(' ')
        && !PromptPresets.All.Any(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    // Names that differ in case only are one file on some systems.
    string FileOf(string name) =>
        Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToLowerInvariant())))[..24] + ".json");

    static SavedTemplate? Read(string file)
    {
        try
        {
            if (
                JsonSerializer.Deserialize<SavedTemplate>(File.ReadAllBytes(file), RunJson.Line)
                is not { Name.Length: > 0, Versions.Count: > 0 } read
            )
                return null;
            foreach (var version in read.Versions)
                (version?.Template ?? throw new JsonException("a version has no template")).Check();
            return read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
