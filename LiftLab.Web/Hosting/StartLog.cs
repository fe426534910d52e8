using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// Leaves out of the log what the host, the web server and the database write about a fault of the start, with stack traces and commands:
/// the program ends with the message of <see cref="StartFault"/> instead. Unexpected exceptions are logged, and so is everything after
/// the start.
/// </summary>
sealed class StartLog(IServiceProvider provider) : ILoggerFactory
{
    readonly LoggerFactory inner = new(
        provider.GetServices<ILoggerProvider>(),
        provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
        provider.GetRequiredService<IOptions<LoggerFactoryOptions>>()
    );
    volatile bool open;

    /// <summary>Call this when the start is over: from then on nothing is left out.</summary>
    public void Open() => open = true;

    // LiftLab's own categories are never filtered
    public ILogger CreateLogger(string categoryName) =>
        inner.CreateLogger(categoryName) is var whole && categoryName.StartsWith("Microsoft.", StringComparison.Ordinal)
            ? new Starting(whole, this)
            : whole;

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    /// <summary>True where the program ends with this fault; a fault of a background service does not end it.</summary>
    static bool IsTold(string what, Exception? fault) =>
        fault is null
            ? what.EndsWith("Database.Command.CommandError", StringComparison.Ordinal) // the exception itself is reported
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
