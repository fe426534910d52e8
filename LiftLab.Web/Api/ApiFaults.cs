using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiftLab.Web.Api;

/// <summary>Answers a refused request with problem details: what happened, and what to do.</summary>
sealed class ApiFaults : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (KeyNotFoundException e)
        {
            return Say(StatusCodes.Status404NotFound, e.Message);
        }
        catch (BadDataException e)
        {
            return TypedResults.Problem(
                e.Message,
                statusCode: StatusCodes.Status422UnprocessableEntity,
                title: "The data cannot be used",
                extensions: new Dictionary<string, object?> { ["problems"] = e.Problems }
            );
        }
        catch (ArgumentException e)
        {
            return Say(StatusCodes.Status400BadRequest, e.Message);
        }
        catch (InvalidOperationException e)
        {
            return Say(StatusCodes.Status409Conflict, e.Message);
        }
        catch (LabDatabaseException e)
        {
            var full = e.Fault == DatabaseFault.DiskFull;
            return Say(full ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    static ProblemHttpResult Say(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
