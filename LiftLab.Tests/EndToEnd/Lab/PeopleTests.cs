using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Tests.Web.People;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Lab;

/// <summary>People in a browser: added, limited, given another role while a page is open, signed out at once.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class PeopleTests(ChromiumBrowser chromium)
{
    [BrowserFact]
    public async Task A_person_is_added_sees_everything_and_is_refused_what_the_role_does_not_allow()
    {
        using var signed = new SignedLab();
        var lab = signed.Lab;
        await lab.Get<Datasets>().AddSampleAsync("iris");
        var run = await lab.QueueAsync(StepLearner.Spec(100_000, 25));

        await using var admin = await Visit.OpenAsync(chromium, lab.Address, $"/login?token={SignedLab.Token}&returnUrl=/people");
        await admin.Page.Locator(".new-person input").FillAsync("vera");
        var add = admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add with a token" });
        await Expect(add).ToBeEnabledAsync(); // the name has arrived, and the form was drawn with it
        await admin.Page.Locator(".new-person select").SelectOptionAsync("View");
        await Expect(admin.Page.GetByText("The role view sees everything")).ToBeVisibleAsync();
        await add.ClickAsync();
        var token = await admin.Page.Locator(".shown-once > code").InnerTextAsync();
        Assert.Equal("vera", signed.People.Holding(token)?.Name);
        await admin.AssertAccessibleAsync("people");
        await Pictures.PictureAsync(admin, "people-light");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Hide it" }).ClickAsync();
        await Expect(admin.Page.GetByText(token)).ToHaveCountAsync(0);

        await using var vera = await Visit.OpenAsync(chromium, lab.Address, "/login?token=" + token);
        await Expect(vera.Page.Locator(".foot .who")).ToContainTextAsync("Signed in as vera, role view");
        await Expect(vera.Page.Locator("#rail").GetByText("People")).ToHaveCountAsync(0);
        var start = vera.Page.GetByRole(AriaRole.Button, new() { Name = "Try it on iris flowers" });
        await Expect(start).ToBeDisabledAsync();
        await Expect(vera.Page.Locator("fieldset.not-permitted").First)
            .ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("role view|role, view"));
        await vera.AssertAccessibleAsync("home of a viewer");
        vera.AssertClean();

        // A browser that does not keep to the disabled button is refused where the work is done.
        await vera.Page.EvaluateAsync("() => document.querySelectorAll('fieldset[disabled]').forEach(f => f.disabled = false)");
        await start.ClickAsync();
        await Expect(vera.Page.GetByText("You may not start a run")).ToBeVisibleAsync();
        Assert.Single(Directory.GetDirectories(Path.Combine(lab.Folder, "runs")));

        await vera.GoAsync($"/runs/{run.Id}");
        await Expect(vera.Page.GetByRole(AriaRole.Button, new() { Name = "Finish now" })).ToBeDisabledAsync();
        await Pictures.PictureAsync(vera, "people-run-of-viewer");
        vera.CutsTheConnection = true; // the page itself answers 403
        await vera.GoAsync("/people");
        await Expect(vera.Page.GetByText("This page is not for your role")).ToBeVisibleAsync();

        await vera.GoAsync("/");
        await Expect(start).ToBeDisabledAsync();
        await admin.Page.GetByLabel("Role of vera").SelectOptionAsync("Run");
        await Expect(start).ToBeEnabledAsync(); // in the page that is open
        await vera.Page.EvaluateAsync("() => window.opened = true");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke vera" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await vera.AtAsync("/login");
        await Expect(admin.Page.GetByText("revoked")).ToBeVisibleAsync();
        admin.AssertClean();
    }

    [BrowserFact]
    public async Task The_list_says_whose_runs_there_are_and_shows_only_mine()
    {
        using var signed = new SignedLab();
        var lab = signed.Lab;
        var (anna, token, _) = signed.Add("anna", Role.Run);
        foreach (var (name, by) in new[] { ("of anna", anna.Name), ("of rob", "rob") })
            await lab.Get<RunTable>()
                .AddAsync(
                    new()
                    {
                        Id = name.Replace(' ', '-'),
                        Name = name,
                        DatasetName = "iris",
                        Task = LiftLab.Engine.Tables.TaskKind.Classification,
                        Target = "species",
                        Learner = "steps",
                        StartedBy = by,
                        CreatedUtc = DateTime.UnixEpoch,
                    },
                    CancellationToken.None
                );
        await using var visit = await Visit.OpenAsync(
            chromium,
            lab.Address,
            $"/login?token={token}&returnUrl=/runs",
            dark: true,
            width: 390
        );
        var rows = visit.Page.Locator("table.runs tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete of rob" })).ToBeDisabledAsync();
        await Expect(visit.Page.Locator(".bar .who")).ToContainTextAsync("anna");
        await visit.Page.Locator(".switch:has-text('Only mine')").ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("by anna");
        await visit.AtAsync("by=mine");
        await visit.AssertAccessibleAsync("runs of one person");
        await Pictures.PictureAsync(visit, "people-runs-dark-390");
        visit.AssertClean();

        signed.People.SetRole(anna.Id, Role.Administer);
        await visit.GoAsync("/people");
        await Expect(visit.Page.GetByLabel("Role of anna")).ToBeVisibleAsync();
        Assert.True(await visit.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= 390"));
        await visit.AssertAccessibleAsync("people in the dark at 390 pixels");
        await Pictures.PictureAsync(visit, "people-dark-390");
        visit.AssertClean();
    }
}
