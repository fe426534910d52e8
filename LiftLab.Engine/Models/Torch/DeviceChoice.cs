namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// The device that a person has chosen for this process and the processes that it starts. It is no setting of a run: the same run may
/// continue on another device.
/// </summary>
public static class DeviceChoice
{
    /// <summary>Environment variable with one of <see cref="Words"/>; not set: auto.</summary>
    public const string Variable = "LIFTLAB_DEVICE";

    /// <summary>"auto" takes the first GPU that libtorch can use, else the CPU.</summary>
    public static IReadOnlyList<string> Words { get; } = ["auto", "cpu", "cuda"];

    public static string Word => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } word ? word : "auto";

    /// <summary>Whether a GPU may be used.</summary>
    public static bool AllowsCard => Word != "cpu";

    public static void Set(string word) => Environment.SetEnvironmentVariable(Variable, word);
}
