using System.Globalization;

namespace LiftLab.Engine.Tables.Steps;

/// <summary>What a step changes, counted by comparing the tables before and after it.</summary>
/// <param name="Cells">Cells with another text, in rows and columns that stay.</param>
/// <param name="Filled">Of these, cells that were missing.</param>
/// <param name="Emptied">Of these, cells that become missing.</param>
/// <param name="Rows">Rows that go.</param>
/// <param name="Read">Columns that are read as another kind or used otherwise, without a cell that changes.</param>
public sealed record StepCounts(
    int Cells = 0,
    int Filled = 0,
    int Emptied = 0,
    int Rows = 0,
    int ColumnsGone = 0,
    int ColumnsAdded = 0,
    int Renamed = 0,
    int Read = 0
)
{
    /// <summary>Whether the step changes nothing.</summary>
    public bool AreZero => this == new StepCounts();

    /// <summary>"37 cells change, 2 rows go".</summary>
    public string Words =>
        AreZero
            ? "nothing changes"
            : string.Join(
                ", ",
                new[]
                {
                    Cells == 0 ? null : Counted(Cells, "cell changes", "cells change") + Kinds,
                    Rows == 0 ? null : Counted(Rows, "row goes", "rows go"),
                    ColumnsGone == 0 ? null : Counted(ColumnsGone, "column goes", "columns go"),
                    ColumnsAdded == 0 ? null : Counted(ColumnsAdded, "column is added", "columns are added"),
                    Renamed == 0 ? null : Counted(Renamed, "column gets another name", "columns get other names"),
                    Read == 0 ? null : Counted(Read, "column is used or read otherwise", "columns are used or read otherwise"),
                }.OfType<string>()
            );

    string Kinds =>
        (Filled, Emptied) switch
        {
            (0, 0) => "",
            (_, 0) => Filled == Cells ? " (all were missing)" : $" ({Number(Filled)} were missing)",
            (0, _) => Emptied == Cells ? " (all become missing)" : $" ({Number(Emptied)} become missing)",
            _ => $" ({Number(Filled)} were missing, {Number(Emptied)} become missing)",
        };

    static string Counted(int count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
