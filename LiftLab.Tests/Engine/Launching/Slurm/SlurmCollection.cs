namespace LiftLab.Tests.Engine.Launching.Slurm;

/// <summary>Tests that kill daemons of the cluster do not run beside others that use it.</summary>
[CollectionDefinition(nameof(SlurmLab))]
public sealed class SlurmCollection;
