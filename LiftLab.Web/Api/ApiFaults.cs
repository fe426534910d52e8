using LiftLab.Engine.Tables;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiftLab.Web.Api;

/// <summary>What a refused request is told: problem details with what happened and what to do.</summary>
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
    }

    static ProblemHttpResult Say(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
