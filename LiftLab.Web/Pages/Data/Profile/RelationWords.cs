using LiftLab.Engine.Tables.Profile;
using LiftLab.Web.Parts;

namespace LiftLab.Web.Pages.Data.Profile;

/// <summary>The relation of a column to the target in words.</summary>
static class RelationWords
{
    public static string Of(TargetRelation relation) =>
        relation.Measure switch
        {
            RelationMeasure.Spearman => "Spearman's rank correlation with the target, -1 to 1",
            RelationMeasure.RankShare =>
                "How much of the order of the numbers the groups explain, 0 to 1 (square root of the Kruskal-Wallis test's ε²)",
            _ => "Cramér's V of the values and the target's classes, 0 to 1 (bias-corrected)",
        } + $", from {Display.Count(relation.Rows)} rows. It says nothing of several columns together.";
}
