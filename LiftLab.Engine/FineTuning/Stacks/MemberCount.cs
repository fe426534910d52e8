using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>
/// Converts the counts of one member of a stack for display: passes instead of the trainer's rounds, and steps of all members of the fit,
/// which take turns, so that the count never goes back.
/// </summary>
sealed class MemberCount(IProgress<LearningEvent> inner, PromptRows rows, int member, int members) : IProgress<LearningEvent>
{
    public void Report(LearningEvent value) =>
        inner.Report(
            value switch
            {
                TrainingStep step => step with
                {
                    Member = member,
                    Step = Turn(step.Step),
                    Steps = members * step.Steps,
                    Epoch = Passes(step.Epoch),
                },
                Validated validated => validated with { Member = member, Step = Turn(validated.Step), Epoch = Passes(validated.Epoch) },
                CheckpointSaved saved => saved with { Step = members * saved.Step, Epoch = Passes(saved.Epoch) },
                _ => value,
            }
        );

    int Turn(int step) => (step - 1) * members + member + 1;

    double Passes(double rounds) => rounds * rows.PassesPerRound;
}
