namespace LiftLab.Engine.Experiments.Questions;

/// <summary>How much do outliers among the training rows cost?</summary>
sealed class OutlierRows() : PerturbationExperiment("outliers", "Outliers in training rows", "Robustness", "6.20")
{
    public override string Text => "Rows that do not follow the pattern are added to the training rows. How much does each learner lose?";

    public override IReadOnlyList<StudyKind> Kinds => [new("outliers", null, [1, 2, 5, 10, 20])];

    public override IReadOnlyList<string> Learners =>
        ["lift", "knn", "linear", "logreg", "gp", "krr", "rf", "xgboost", "gbt", "mean", "majority"];

    public override IReadOnlyList<string> Deviations(StudySpec study) =>
        [
            "The paper adds outliers to its synthetic tables of one feature; on other tables their size is relative to the table (features in the training range, targets 4 standard deviations off).",
            "The paper compares with the median of 3 and 5 neighbours; ours is the mean of the neighbours chosen on validation rows.",
            "The paper's RAE leaves out answers with an error above 3 RMSE; ours counts every readable answer.",
        ];
}
