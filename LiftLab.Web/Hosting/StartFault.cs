using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>Messages without a stack trace for faults of the start that a person can correct.</summary>
static class StartFault
{
    /// <summary>Null for an unexpected exception.</summary>
    public static string? Words(Exception fault) =>
        fault switch
        {
            OptionsValidationException wrong => "The settings cannot be used:"
                + string.Concat(wrong.Failures.Select(f => Environment.NewLine + "  " + f)),
            IOException { InnerException: AddressInUseException } => fault.Message
                + " Stop the other program, or start with --urls http://127.0.0.1:ANOTHER_PORT.",
            SocketException => $"The address cannot be listened on: {fault.Message}. Start with --urls http://127.0.0.1:PORT.",
            InvalidDataException { InnerException: { } inner } => $"{fault.Message} {inner.GetBaseException().Message}",
            IOException or UnauthorizedAccessException or TimeoutException => fault.Message,
            _ => null,
        };
}
