namespace LiftLab.Engine.Baselines.Trees;

enum Impurity
{
    Gini,
    Entropy,
    SquaredError,
}

/// <param name="MaxDepth">Edges from the root to the deepest leaf.</param>
/// <param name="MinSplit">A node with fewer distinct rows is a leaf.</param>
/// <param name="FeaturesTried">Features drawn at each node (at least one that varies).</param>
/// <param name="RandomThresholds">One uniform random threshold per feature instead of the best one (extremely randomised trees).</param>
sealed record TreeOptions(Impurity Impurity, int MaxDepth, int MinSplit, int FeaturesTried, bool RandomThresholds = false);
