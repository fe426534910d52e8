namespace LiftLab.Tests;

/// <summary>
/// A test on the paper's real tables, which may not be redistributed. Skipped, with that reason, where they are not at hand.
/// </summary>
sealed class PaperTableFactAttribute : FactAttribute
{
    const string Variable = "LIFTLAB_SHARED";

    public PaperTableFactAttribute()
    {
        if (!Directory.Exists(Folder))
            Skip = $"the paper's real tables may not be redistributed: set {Variable} to a folder that holds paper/data/splits";
    }

    /// <summary>The path of one of the paper's files, for example ccpp_test.csv.</summary>
    public static string At(string file) => Path.Combine(Folder, file);

    static string Folder => Path.Combine(Environment.GetEnvironmentVariable(Variable) ?? "", "paper", "data", "splits");
}
