using LiftLab.Engine.Launching;
using LiftLab.Engine.Launching.Commands;
using LiftLab.Engine.Launching.Slurm;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>The launchers beside this machine, from the section "LiftLab:Launchers": each has a name and a kind.</summary>
sealed class LauncherSettings : IValidateOptions<LabOptions>
{
    public const string Section = "LiftLab:Launchers";

    const string Kind = "Kind",
        SlurmKind = "slurm",
        CommandKind = "command";

    readonly List<(string Name, object Options)> launchers = [];
    readonly List<string> faults = [];

    public static LauncherSettings Read(IConfigurationSection section)
    {
        var settings = new LauncherSettings();
        foreach (var one in section.GetChildren())
            settings.Take(one);
        return settings;
    }

    void Take(IConfigurationSection one)
    {
        if (
            one.Key == LocalLauncher.LauncherName
            || one.Key.Length == 0
            || !one.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        )
            faults.Add($"{one.Path}: '{one.Key}' cannot be a launcher's name: use letters, digits, '-' and '_', and not \"local\"");
        switch (one[Kind])
        {
            case SlurmKind:
                if (Bind<SlurmOptions>(one) is { } slurm)
                    Add(one, slurm, slurm.Faults(one.Path));
                break;
            case CommandKind:
                if (Bind<CommandOptions>(one) is { } command)
                    Add(one, command, command.Faults(one.Path));
                break;
            case var kind:
                faults.Add($"{one.Path}:{Kind} is {(kind is null ? "missing" : $"'{kind}'")}: write \"{SlurmKind}\" or \"{CommandKind}\"");
                break;
        }
    }

    void Add(IConfigurationSection one, object options, IReadOnlyList<string> wrong)
    {
        faults.AddRange(wrong);
        launchers.Add((one.Key, options));
    }

    /// <summary>Null where a setting is unknown or has a wrong type.</summary>
    T? Bind<T>(IConfigurationSection one)
        where T : class, new()
    {
        string[] known = [.. typeof(T).GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name)];
        var before = faults.Count;
        foreach (
            var key in one.GetChildren().Select(c => c.Key).Where(k => k != Kind && !known.Contains(k, StringComparer.OrdinalIgnoreCase))
        )
            faults.Add(
                $"{one.Path}:{key} is no setting of this kind of launcher; there are {string.Join(", ", known.Order(StringComparer.Ordinal))}"
            );
        try
        {
            var options = one.Get<T>() ?? new T();
            return faults.Count == before ? options : null;
        }
        catch (InvalidOperationException e)
        {
            faults.Add($"{one.Path}: {e.Message}");
            return null;
        }
    }

    public ValidateOptionsResult Validate(string? name, LabOptions options) =>
        faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

    /// <param name="engine">The dashboard's engine; null for the one in this program's folder.</param>
    public IEnumerable<ILauncher> Make(string? engine, TimeProvider clock) =>
        launchers.Select(l =>
            l.Options switch
            {
                SlurmOptions slurm => new PacedLauncher(
                    new SlurmLauncher(l.Name, slurm, clock, engine),
                    TimeSpan.FromSeconds(slurm.LookSeconds),
                    clock
                ),
                CommandOptions command => new PacedLauncher(
                    new CommandLauncher(l.Name, command, engine),
                    TimeSpan.FromSeconds(command.LookSeconds),
                    clock
                ),
                _ => throw new InvalidOperationException($"{l.Options.GetType().Name} has no launcher"),
            }
        );
}
