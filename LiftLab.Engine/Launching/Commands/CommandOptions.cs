using System.Text.RegularExpressions;

namespace LiftLab.Engine.Launching.Commands;

/// <summary>
/// The settings of a launcher that is driven by commands. Placeholders of all commands: <c>{handle}</c> (not in Submit and Find),
/// <c>{folder} {gpus} {minutes} {name} {log} {command}</c> (in Submit and Find), <c>{handles}</c> (in Look).
/// </summary>
public sealed record CommandOptions
{
    /// <summary>Starts a job and prints its handle.</summary>
    public string Submit { get; init; } = "";

    /// <summary>
    /// Prints the state of jobs, one a line. With <c>{handle}</c> it is called for each job; with <c>{handles}</c> or neither, once for
    /// all, and each line begins with a handle.
    /// </summary>
    public string Look { get; init; } = "";

    /// <summary>Ends a job; exit code 0 also where it is over.</summary>
    public string Cancel { get; init; } = "";

    /// <summary>Prints the handle of the living job of this name, or nothing. Not needed where the name is the handle.</summary>
    public string Find { get; init; } = "";

    /// <summary>
    /// "output": the last line that Submit prints; "name": the job's name; otherwise a regular expression with one group.
    /// </summary>
    public string Handle { get; init; } = OutputHandle;

    /// <summary>
    /// How a line of Look is read: a regular expression with the groups <c>state</c> and, where they are printed, <c>handle</c>,
    /// <c>exit</c>, <c>node</c>, <c>gpus</c>, <c>position</c> and <c>words</c>. Empty: handle (where several jobs are asked about), state,
    /// and the rest as words.
    /// </summary>
    public string Line { get; init; } = "";

    /// <summary>Matches what Look prints with an exit code other than 0 where there is no such job. Empty: such a code means that the
    /// launcher does not answer.</summary>
    public string Missing { get; init; } = "";

    /// <summary>The launcher's words for its states, beside the usual ones.</summary>
    public IReadOnlyList<string> Waiting { get; init; } = [];
    public IReadOnlyList<string> Running { get; init; } = [];

    /// <summary>Ended with exit code 0.</summary>
    public IReadOnlyList<string> Done { get; init; } = [];

    /// <summary>Ended in another way.</summary>
    public IReadOnlyList<string> Failed { get; init; } = [];

    public TemplateShell Shell { get; init; }
    public int Gpus { get; init; }

    /// <summary>Time limit of a job.</summary>
    public int Minutes { get; init; } = 24 * 60;

    public int Places { get; init; } = 1;

    /// <summary>The engine where the jobs run; empty for the dashboard's own.</summary>
    public string Engine { get; init; } = "";

    /// <summary>What people read about it; empty for the program's name.</summary>
    public string Takes { get; init; } = "";

    /// <summary>Seconds between two looks.</summary>
    public int LookSeconds { get; init; } = 5;

    /// <summary>Limit of each call.</summary>
    public int TimeoutSeconds { get; init; } = 20;

    internal const string OutputHandle = "output",
        NameHandle = "name";

    internal static readonly string[] OfSpec = ["folder", "gpus", "minutes", "name", "log", CommandTemplate.Command],
        OfJob = ["handle"],
        OfLook = ["handle", CommandTemplate.Handles];

    /// <summary>Everything that is wrong, each with the setting.</summary>
    /// <param name="section">"LiftLab:Launchers:NAME".</param>
    public IReadOnlyList<string> Faults(string section)
    {
        var wrong = new List<string>();
        var submit = Check(nameof(Submit), Submit, OfSpec);
        var look = Check(nameof(Look), Look, OfLook);
        var cancel = Check(nameof(Cancel), Cancel, OfJob);
        if (Find.Length > 0)
            Check(nameof(Find), Find, OfSpec);
        if (submit is not null && !submit.Has(CommandTemplate.Command))
            wrong.Add($"{section}:Submit has no {{command}}: this is what the job runs");
        if (cancel is not null && !cancel.Has("handle"))
            wrong.Add($"{section}:Cancel has no {{handle}}: it would not say which job ends");
        if (look is not null && look.Has("handle") && look.Has(CommandTemplate.Handles))
            wrong.Add($"{section}:Look has both {{handle}} and {{handles}}: use one");
        if (Handle == NameHandle && submit is not null && !submit.Has("name"))
            wrong.Add($"{section}:Handle is \"name\", but Submit has no {{name}}");
        if (Handle != NameHandle && Find.Length == 0)
            wrong.Add($"{section}:Find is empty: it finds a job by {{name}} after a crash, so that none is submitted twice");
        if (
            Handle is not (OutputHandle or NameHandle)
            && Expression(nameof(Handle), Handle) is { } handle
            && handle.GetGroupNumbers().Length < 2
        )
            wrong.Add(
                $"{section}:Handle '{Handle}' is neither \"output\" nor \"name\" nor an expression with a group, such as \"Job ID: (\\d+)\""
            );
        if (Line.Length > 0 && Expression(nameof(Line), Line) is { } line && !line.GetGroupNames().Contains("state"))
            wrong.Add($"{section}:Line has no group (?<state>…)");
        if (Missing.Length > 0)
            Expression(nameof(Missing), Missing);
        if (Gpus < 0)
            wrong.Add($"{section}:Gpus is {Gpus}: give 0 or more");
        if (Minutes < 1)
            wrong.Add($"{section}:Minutes is {Minutes}: give at least 1");
        if (Places < 1)
            wrong.Add($"{section}:Places is {Places}: give at least 1");
        if (LookSeconds < 1)
            wrong.Add($"{section}:LookSeconds is {LookSeconds}: give at least 1");
        if (TimeoutSeconds < 1)
            wrong.Add($"{section}:TimeoutSeconds is {TimeoutSeconds}: give at least 1");
        return wrong;

        CommandTemplate? Check(string setting, string text, string[] known)
        {
            var template = CommandTemplate.Parse(text, Shell, known, out var fault);
            if (fault is not null)
                wrong.Add($"{section}:{setting} {fault}");
            return template;
        }

        Regex? Expression(string setting, string text)
        {
            try
            {
                return new(text, RegexOptions.CultureInvariant);
            }
            catch (ArgumentException e)
            {
                wrong.Add($"{section}:{setting} is no regular expression: {e.Message}");
                return null;
            }
        }
    }
}
