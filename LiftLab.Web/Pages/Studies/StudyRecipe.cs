using System.Text.Json;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Pages.Studies;

/// <summary>The commands that compute a study anew without the dashboard.</summary>
static class StudyRecipe
{
    public static string Json(StudySpec spec) => JsonSerializer.Serialize(spec, RunJson.Pretty);

    /// <summary>Makes a folder with the study's specification and tables and lets the engine answer it.</summary>
    /// <param name="folder">The study's folder, whose tables are copied; null where the reader has the tables alone.</param>
    public static string Command(StudySpec spec, string? folder)
    {
        var tables = folder is null
            ? $"# put the tables into {spec.Id}/tables as plain CSV: " + string.Join(", ", spec.Tables.Select(t => $"{t.File} ({t.Name})"))
            : $"cp {Quoted(Path.Combine(folder, "tables"))}/* {spec.Id}/tables/";
        return $"mkdir -p {spec.Id}/tables\n{tables}\ncat > {spec.Id}/study.json <<'LIFTLAB'\n{Json(spec)}\nLIFTLAB\n"
            + $"dotnet run -c Release --project LiftLab.Engine -- study {spec.Id}";
    }

    static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
