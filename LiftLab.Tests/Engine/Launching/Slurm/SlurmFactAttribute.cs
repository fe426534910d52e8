namespace LiftLab.Tests.Engine.Launching.Slurm;

/// <summary>A test on real Slurm daemons. Skipped, with the reason, where Slurm is not installed.</summary>
class SlurmFactAttribute : FactAttribute
{
    public SlurmFactAttribute() => Skip = SlurmLab.Missing;
}
