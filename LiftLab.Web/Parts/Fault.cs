using System.Globalization;
using System.Text;
using LiftLab.Engine;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Web.Parts;

/// <summary>An error for people: what happened, why, what to do, and a stable code to search for.</summary>
public sealed record Fault(string Code, string What, string? Why, string WhatToDo)
{
    /// <summary>The fault of any exception. The engine's own exceptions have a code and advice.</summary>
    public static Fault Of(Exception error) =>
        error switch
        {
            LearningFailedException e => new(e.Code, e.What, null, e.WhatToDo),
            BadDataException { Problems: [var first, ..] } e => new(
                first.Code,
                e.Problems.Count == 1 ? first.What : $"{first.What} (and {e.Problems.Count - 1} more)",
                null,
                first.WhatToDo
            ),
            KeptModelException e => new(e.Code, e.What, null, e.WhatToDo),
            HubException e => new(e.Code, e.What, null, e.WhatToDo),
            ModelFolderException e => new(e.Code, e.What, null, e.WhatToDo),
            TokenizerFileException e => new("tokenizer-unusable", e.What, null, e.WhatToDo),
            IExplained e => new(e.Code, e.What, null, e.WhatToDo),
            IOException e when DiskSpace.IsUsedUp(e) => new(
                "disk-full",
                "The disk is full",
                e.Message,
                "Free some space, then try again. Runs that have stopped for it go on when they are resumed."
            ),
            IOException e when DiskSpace.IsReadOnly(e) => new(
                "read-only",
                "The lab's folder is read-only",
                e.Message,
                "Make it writable for the account that runs LiftLab, or set another LiftLab:LabFolder. What is shown stays."
            ),
            UnauthorizedAccessException e => new(
                "no-permission",
                "A file could not be opened",
                e.Message,
                "Give the account that runs LiftLab access to its lab folder."
            ),
            IOException e => new(
                "file",
                "A file could not be read or written",
                e.Message,
                "Check that the lab's folder is there and can be written, then try again."
            ),
            KeyNotFoundException e => new("not-found", e.Message.TrimEnd('.'), null, "It may have been deleted. Choose another one."),
            OperationCanceledException => new(
                "timed-out",
                "The operation took too long and was stopped",
                null,
                "Try again. If it happens every time, read the log of the LiftLab process."
            ),
            _ => new(
                "unexpected",
                "An unexpected error occurred",
                error.Message,
                "Try again. If it happens again, copy the diagnostics into a report. The log of the LiftLab process has the details."
            ),
        };

    /// <summary>The fault, the page, the time, the versions and the stack traces, for a report. Contains no row of any table.</summary>
    public string Diagnostics(string address, DateTimeOffset at, Exception? error)
    {
        var text = new StringBuilder()
            .Append(
                CultureInfo.InvariantCulture,
                $"LiftLab {typeof(Fault).Assembly.GetName().Version}, .NET {Environment.Version}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}\n"
            )
            .Append(CultureInfo.InvariantCulture, $"{at:u} {new Uri(address).AbsolutePath}\n")
            .Append(CultureInfo.InvariantCulture, $"{Code}: {What}. {Why}\n");
        for (var e = error; e is not null; e = e.InnerException)
            text.Append(CultureInfo.InvariantCulture, $"{e.GetType().FullName}\n{e.StackTrace}\n");
        return text.ToString();
    }
}
