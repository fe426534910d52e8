namespace LiftLab.Engine.Learning;

/// <summary>What a learner is to the others of a run; the order is the order in which tables show them.</summary>
public enum LearnerKind
{
    /// <summary>LIFT as in the paper: a language model fine-tuned on the training rows.</summary>
    Lift,

    /// <summary>Another way in which LIFT predicts: shown beside <see cref="Lift"/>, and no rival of it in the verdict.</summary>
    LiftWay,

    /// <summary>A classical model that LIFT is compared with.</summary>
    Baseline,
}
