using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Work;

/// <summary>Converts an exception into the end of a run, with a message and advice for the user.</summary>
static class WorkerFault
{
    public static RunEnded Explain(Exception e) =>
        e switch
        {
            BadDataException { Problems: [var first, ..] } => new(RunState.Failed, first.Code, first.ToString(), first.WhatToDo),
            LearningFailedException { InnerException: IOException io } when DiskSpace.IsUsedUp(io) => DiskIsFull(),
            KeptModelException k => new(RunState.Failed, k.Code, k.What, k.WhatToDo),
            LearningFailedException f => new(RunState.Failed, f.Code, f.What, f.WhatToDo),
            IOException io when DiskSpace.IsUsedUp(io) => DiskIsFull(),
            IOException io => new(RunState.Failed, "file-trouble", io.Message, "Correct this, then resume the run."),
            OutOfMemoryException => new(
                RunState.Failed,
                "out-of-memory",
                "There was not enough memory",
                "Choose a smaller batch, a smaller model or a smaller table, then start a new run."
            ),
            AggregateException { InnerExceptions: [var only] } => Explain(only),
            _ => new(
                RunState.Failed,
                "unexpected",
                $"{e.GetType().Name}: {e.Message}",
                "This is a defect of LiftLab. worker.log in the run folder has the details; a resumed run continues from the last checkpoint."
            ),
        };

    static RunEnded DiskIsFull() =>
        new(
            RunState.Failed,
            "disk-full",
            "The disk is full",
            "Free disk space, then resume the run: it continues from its last checkpoint."
        );
}
