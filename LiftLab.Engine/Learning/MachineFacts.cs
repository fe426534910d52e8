using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>What a plan has to know about the machine that a run is planned for.</summary>
/// <param name="Bytes">Memory of the device that language models compute on.</param>
/// <param name="OnCard">Whether that device is a graphics card.</param>
/// <param name="Name">For people: the card's name, or "this machine".</param>
/// <param name="Paces">Measured by finished runs on this machine, newest first; empty before the first one.</param>
public sealed record MachineFacts(long Bytes, bool OnCard, string Name, IReadOnlyList<MeasuredPace> Paces);

/// <summary>How fast a finished run trained its main learner.</summary>
/// <param name="OnCard">Whether it computed on a graphics card.</param>
/// <param name="TokensPerSecond">Median over the training steps, padding not counted; above 0.</param>
public sealed record MeasuredPace(LearnerSpec Learner, TaskKind Task, bool OnCard, double TokensPerSecond);
