using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>Messages without a stack trace for faults of the start that a person can correct.</summary>
static class StartFault
{
    /// <summary>The message of a fault; null for an unexpected exception.</summary>
    public static string? Words(Exception fault) =>
        fault switch
        {
            OptionsValidationException wrong => "The settings are invalid:"
                + string.Concat(wrong.Failures.Select(f => Environment.NewLine + "  " + f)),
            IOException { InnerException: AddressInUseException } => fault.Message
                + " Stop the other program, or start with --urls http://127.0.0.1:ANOTHER_PORT.",
            SocketException => $"LiftLab cannot listen on the address: {fault.Message}. Start with --urls http://127.0.0.1:PORT.",
            InvalidDataException { InnerException: { } inner } => $"{fault.Message} {inner.GetBaseException().Message}",
            IOException or UnauthorizedAccessException or TimeoutException => fault.Message,
            _ => null,
        };
}
