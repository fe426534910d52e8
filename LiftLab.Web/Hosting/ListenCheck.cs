using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>Refuses, before anything listens, settings that open the lab to other machines without a token.</summary>
sealed class ListenCheck(IConfiguration configuration) : IValidateOptions<LabOptions>
{
    public ValidateOptionsResult Validate(string? name, LabOptions options)
    {
        if (options.AsksWho)
            return ValidateOptionsResult.Success;
        string[] open =
        [
            .. ListenAddresses
                .Named(configuration)
                .Where(n => !ListenAddresses.IsLocal(n.Address))
                .Select(n =>
                    $"{n.Setting} opens {n.Address} to other machines, and LiftLab:AccessToken is empty: set a token (--token auto makes one), or listen on 127.0.0.1"
                ),
        ];
        return open.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(open);
    }
}
