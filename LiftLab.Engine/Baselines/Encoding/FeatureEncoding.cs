namespace LiftLab.Engine.Baselines.Encoding;

/// <summary>The encoding of columns as numbers for the classical models.</summary>
public enum FeatureEncoding
{
    /// <summary>
    /// Fitted on the training rows only: numbers have mean 0 and deviation 1, a missing number becomes the mean with a flag column, and
    /// categories have one column per training level. Regression targets are standardised too, and predictions converted back.
    /// </summary>
    Standard,

    /// <summary>
    /// Numbers and targets are unchanged; missing numbers become the training mean; categories as in <see cref="Standard"/>.
    /// </summary>
    Raw,

    /// <summary>
    /// The paper's encoding (spec sections 4.3 and 5.2). Columns with a missing cell are dropped. Classification: numbers are standardised
    /// over all rows of the split, including test rows. Regression: numbers are unchanged.
    /// </summary>
    Paper,
}
