using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Api;

/// <summary>The people of the lab for scripts.</summary>
static class PeopleApi
{
    /// <param name="Role">Null: no longer let in.</param>
    public sealed record PersonView(
        Guid Id,
        string Name,
        Role? Role,
        bool HasToken,
        DateTimeOffset Added,
        string? AddedBy,
        DateTimeOffset? Revoked,
        DateTimeOffset? LastUse
    );

    /// <param name="Token">False for a person who signs in through the reverse proxy.</param>
    public sealed record NewPerson(string Name, Role Role = Role.View, bool Token = true);

    /// <param name="Token">Shown once.</param>
    public sealed record AddedPerson(PersonView Person, string? Token);

    public sealed record NewRole(Role Role);

    /// <param name="Name">Null where nobody signs in.</param>
    public sealed record Me(string? Name, Role? Role);

    public static void MapPeopleApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/me", () => new Me(Visitor.Current?.Name, Visitor.Current?.Role))
            .WithTags("People")
            .WithSummary("Who is signed in, and the role.");
        var people = app.MapGroup("/api/people")
            .WithTags("People")
            .AddEndpointFilter<ApiFaults>()
            .RequireAuthorization(nameof(Role.Administer));
        people.MapGet("", (LabPeople all) => all.All.Select(p => View(all, p))).WithSummary("Lists people with role and last use.");
        people
            .MapPost(
                "",
                (NewPerson asked, LabPeople all) =>
                {
                    var (person, token) = all.Add(asked.Name, asked.Role, asked.Token);
                    return TypedResults.Created($"/api/people/{person.Id}", new AddedPerson(View(all, person), token));
                }
            )
            .WithSummary("Adds a person with a role: view, run or administer. The token in the answer is shown once.");
        people
            .MapPut(
                "/{id:guid}",
                (Guid id, NewRole asked, LabPeople all) =>
                {
                    all.SetRole(id, asked.Role);
                    return View(all, all.Find(id)!);
                }
            )
            .WithSummary("Gives a person another role; it holds at once.");
        people
            .MapPost(
                "/{id:guid}/token",
                (Guid id, LabPeople all) =>
                {
                    var token = all.Renew(id);
                    return new AddedPerson(View(all, all.Find(id)!), token);
                }
            )
            .WithSummary("A new token in place of the old one. Lets a revoked person in again.");
        people
            .MapDelete(
                "/{id:guid}",
                (Guid id, LabPeople all) =>
                {
                    all.Revoke(id);
                    return TypedResults.NoContent();
                }
            )
            .WithSummary("Revokes a person's access at once, also that of open pages and connections.");
    }

    static PersonView View(LabPeople all, Person p) =>
        new(p.Id, p.Name, all.RoleOf(p.Id), p.Hash is not null, p.Added, p.AddedBy, p.Revoked, all.LastUse(p.Id));
}
