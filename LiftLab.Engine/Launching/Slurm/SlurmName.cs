using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LiftLab.Engine.Launching.Slurm;

/// <summary>
/// The name of a job in Slurm: <c>liftlab-FOLDER-NAME.N</c>. It says whose job this is; a controller that lost its state may give a number
/// to another job. FOLDER distinguishes labs whose runs have one name.
/// </summary>
/// <param name="Work">The run or study: the name without the number of the submission.</param>
/// <param name="Submission">Grows with each submission of the work.</param>
readonly record struct SlurmName(string Work, int Submission)
{
    const string Prefix = "liftlab-";

    public override string ToString() => FormattableString.Invariant($"{Work}.{Submission}");

    public static string Of(JobSpec spec) =>
        $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spec.Folder)))[..8]}-{spec.Name}";

    /// <summary>Null for a job of another program.</summary>
    public static SlurmName? Parse(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.LastIndexOf('.') is > 0 and var dot
        && int.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var submission)
            ? new(name[..dot], submission)
            : null;
}
