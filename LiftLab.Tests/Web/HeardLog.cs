using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LiftLab.Tests.Web;

/// <summary>The errors that a dashboard logs.</summary>
sealed class HeardLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> errors = new();

    public static HeardLog Of(LabServer lab)
    {
        var log = new HeardLog();
        lab.Get<ILoggerFactory>().AddProvider(log);
        return log;
    }

    public IReadOnlyCollection<string> Errors => errors;

    /// <summary>Those of exceptions that nothing caught.</summary>
    public IEnumerable<string> Unhandled => errors.Where(e => e.Contains("nhandled exception", StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var text = $"{formatter(state, exception)} {exception}";
        if (logLevel >= LogLevel.Error || text.Contains("nhandled exception", StringComparison.Ordinal))
            errors.Enqueue(text);
    }

    public void Dispose() { }
}
