namespace LiftLab.Tests.Web.Serving;

/// <summary>A measurement: runs where LIFTLAB_LOAD names the file to which its figures are appended.</summary>
sealed class LoadFactAttribute : FactAttribute
{
    public LoadFactAttribute()
    {
        if (File is null)
            Skip = "a measurement: set LIFTLAB_LOAD to the file for its figures";
    }

    public static string? File => Environment.GetEnvironmentVariable("LIFTLAB_LOAD") is { Length: > 0 } file ? file : null;
}
