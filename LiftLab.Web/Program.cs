using System.Globalization;
using System.Reflection;
using LiftLab.Web.Hosting;
using LiftLab.Web.Hosting.Access;
using LiftLab.Web.Pages;
using LiftLab.Web.Pages.Shell;
using Microsoft.AspNetCore.Diagnostics;

// Razor formats numbers with the current culture: pages show decimal points on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.WebHost.UseStaticWebAssets(); // outside Development a build (not a publish) has no package assets without it
    builder.AddLab();
    builder.Services.AddLabPages();

    var app = builder.Build();
    app.UseContentSecurity();
    // not in a branch of its own (UseWhen): the page would not be found there and the answer would be empty
    app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
    app.Use(
        (context, next) =>
        {
            // a script that asks the API or the hub wants its status code, not a page
            if (LabHost.IsForScripts(context.Request.Path) || context.Request.Path.StartsWithSegments("/_blazor"))
                context.Features.Get<IStatusCodePagesFeature>()?.Enabled = false;
            return next(context);
        }
    );
    app.Services.GetRequiredService<MadeToken>().PrintWhenListening(app, Console.Out);
    app.Services.GetRequiredService<ServingKey>().PrintWhenListening(app, Console.Out);
    app.UseLab();
    app.UseAntiforgery();
    var guarded = app.MapGuarded();
    guarded.MapLab();
    app.MapLabPages(guarded, GuardedEndpoints.GuardPage);
    app.Run();
    return 0;
}
catch (Exception e) when (StartFault.Words(e) is not null && Assembly.GetEntryAssembly() == typeof(Program).Assembly)
{
    Console.Error.WriteLine(StartFault.Words(e));
    return 2;
}

public partial class Program;
