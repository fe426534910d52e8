namespace LiftLab.Tests.Engine.Launching.Slurm;

/// <summary>A measurement of a large study, on demand.</summary>
sealed class SlurmArrayFactAttribute : SlurmFactAttribute
{
    public SlurmArrayFactAttribute() => Skip ??= Environment.GetEnvironmentVariable("LIFTLAB_ARRAY") is null ? "set LIFTLAB_ARRAY" : null;
}
