namespace LiftLab.Engine.Learning;

/// <summary>The role of a learner in a run. Tables show learners in the order of this enumeration.</summary>
public enum LearnerKind
{
    /// <summary>LIFT as in the paper: a language model fine-tuned on the training rows.</summary>
    Lift,

    /// <summary>Another way in which LIFT predicts: shown with <see cref="Lift"/>; the verdict does not compare the two.</summary>
    LiftWay,

    /// <summary>A classical model that LIFT is compared with.</summary>
    Baseline,
}
