using System.Text;
using LiftLab.Engine.Launching;

namespace LiftLab.Engine.Commands;

/// <summary>
/// A job's log that the engine writes itself, where the launcher cannot redirect the output of a process that outlives it (Windows).
/// </summary>
static class EngineLog
{
    /// <summary>Sends standard output, standard error and unhandled exceptions to the file, if the variable is set.</summary>
    /// <returns>Whether it did. Where the file cannot be written, the output stays as it is.</returns>
    public static bool Open()
    {
        if (Environment.GetEnvironmentVariable(LocalLauncher.LogVariable) is not { Length: > 0 } file)
            return false;
        try
        {
            var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            var writer = TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true });
            Console.SetOut(writer);
            Console.SetError(writer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        AppDomain.CurrentDomain.UnhandledException += (_, fault) => Console.Error.WriteLine(fault.ExceptionObject);
        return true;
    }
}
