namespace LiftLab.Engine.Baselines.Encoding;

/// <summary>How columns become numbers for the classical models.</summary>
public enum FeatureEncoding
{
    /// <summary>
    /// Everything fitted on the training rows: numbers to mean 0 and deviation 1, a missing number the mean plus a flag column, categories
    /// one column a level seen. Regression targets are scaled alike and predictions scaled back.
    /// </summary>
    Standard,

    /// <summary>Numbers and targets as they are; missing numbers the training mean; categories as in <see cref="Standard"/>.</summary>
    Raw,

    /// <summary>
    /// The paper's (spec sections 4.3 and 5.2). Columns with a missing cell are dropped. Classification: numbers standardised over all rows
    /// of the split, test rows included. Regression: numbers as they are.
    /// </summary>
    Paper,
}
