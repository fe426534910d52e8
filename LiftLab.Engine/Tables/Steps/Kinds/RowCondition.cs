namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>What a cell is compared with. A missing cell fulfils none.</summary>
public enum RowCondition
{
    /// <summary>It is one of the values; numbers by value (1 is 1.0).</summary>
    Is,

    /// <summary>It is none of the values.</summary>
    IsNot,

    Below,
    AtMost,
    Above,
    AtLeast,
}
