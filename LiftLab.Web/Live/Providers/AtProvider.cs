namespace LiftLab.Web.Live.Providers;

/// <summary>What becomes of a removed run's files and models at its provider. Jobs that go on there are ended in any case.</summary>
public enum AtProvider
{
    /// <summary>They stay. The run is not removed where a job could not be ended.</summary>
    Keep,

    /// <summary>They are deleted. The run is not removed where that failed.</summary>
    Delete,

    /// <summary>The run is removed here, whatever the provider answers.</summary>
    KeepAnyway,
}
