using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Web.Storage.Tables;

/// <summary>What a step would change, cell by cell.</summary>
public sealed record StepPreview(TableStep Step, TableDiff Diff, IReadOnlyList<string> Notes)
{
    /// <exception cref="StepFailedException">The step does not apply.</exception>
    public static StepPreview Of(Table table, TableStep step)
    {
        var stepped = step.Apply(table);
        return new(step, TableDiff.Of(table, stepped), stepped.Notes);
    }
}
