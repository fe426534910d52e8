using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// The log as it is, less what the host, the web server and the database write, with stack traces and commands, about a fault of the start:
/// the program ends with the words that <see cref="StartFault"/> has for it. What nobody expected stays, and so does everything once the
/// lab is open.
/// </summary>
sealed class StartLog(IServiceProvider provider) : ILoggerFactory
{
    readonly LoggerFactory inner = new(
        provider.GetServices<ILoggerProvider>(),
        provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
        provider.GetRequiredService<IOptions<LoggerFactoryOptions>>()
    );
    volatile bool open;

    /// <summary>The start is over: from here on nothing is left out.</summary>
    public void Open() => open = true;

    // the lab's own words about what it met and went on from are not theirs
    public ILogger CreateLogger(string categoryName) =>
        inner.CreateLogger(categoryName) is var whole && categoryName.StartsWith("Microsoft.", StringComparison.Ordinal)
            ? new Starting(whole, this)
            : whole;

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    /// <summary>Whether the program ends with it. It does not end with what a service met behind the start.</summary>
    static bool IsTold(string what, Exception? fault) =>
        fault is null
            ? what.EndsWith("Database.Command.CommandError", StringComparison.Ordinal) // of an index that cannot be used; the exception itself comes up
            : StartFault.Words(fault) is not null && !what.StartsWith("BackgroundService", StringComparison.Ordinal);

    sealed class Starting(ILogger inner, StartLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (log.open || !IsTold(eventId.Name ?? "", exception))
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
