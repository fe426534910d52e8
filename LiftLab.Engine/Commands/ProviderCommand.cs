using System.CommandLine;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Dialects;
using LiftLab.Engine.OpenAi.Money;

namespace LiftLab.Engine.Commands;

/// <summary><c>provider list|test NAME</c>: the services that LiftLab knows, and what works at one.</summary>
static class ProviderCommand
{
    public static Command Create() => new("provider", "Services that fine-tune and serve models: lists and tests them.") { List(), Test() };

    static Command List()
    {
        var list = new Command("list", "The kinds of service, with their addresses and where their keys are looked for.");
        list.SetAction(parsed =>
        {
            foreach (var dialect in DialectList.All)
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"{dialect.Name, -11} {dialect.Title, -26} {dialect.Address ?? "an address of your own", -42} {dialect.KeyVariable}"
                );
            return ExitCode.Done;
        });
        return list;
    }

    static Command Test()
    {
        var name = new Argument<string>("NAME") { Description = "A kind of service with an address of its own, or LIFTLAB_ADDRESS_NAME." };
        var model = new Option<string?>("--model") { Description = "The model that the test job names, and that --ask asks." };
        var ask = new Option<bool>("--ask")
        {
            Description = "Ask --model up to four short questions about label scoring, too; the service may bill them.",
        };
        var test = new Command("test", ConnectionTest.WhatIsSent) { name, model, ask };
        test.SetAction(
            (parsed, cancel) =>
                Failures.Answer(async () =>
                {
                    var output = parsed.InvocationConfiguration.Output;
                    var provider = Provider.Named(parsed.GetValue(name)!);
                    var connection = new ConnectionTest(provider, ProviderKey.Of(provider), TimeProvider.System);
                    var report = await connection.LookAsync(parsed.GetValue(model), cancel);
                    var findings = report.Findings.ToList();
                    if (parsed.GetValue(ask) && report.Works)
                    {
                        var asked = parsed.GetValue(model) ?? throw new ArgumentException("--ask needs --model");
                        var price = PriceList.Read().For(provider.Kind, asked);
                        var form = provider.Dialect.TrainsOnCompletions ? RowForm.Completion : RowForm.Chat;
                        findings.Add(await connection.ScoringAsync(asked, form, new(price, null), cancel));
                    }
                    foreach (var finding in findings)
                        await output.WriteLineAsync($"{finding.Subject, -14} {finding.Verdict, -8} {finding.Words}");
                    foreach (var served in report.Models)
                        await output.WriteLineAsync($"  {served.Id}{(served.Ends is { } end ? $", until {ModelLife.Day(end)}" : "")}");
                    return report.Works ? ExitCode.Done : ExitCode.ServiceRefused;
                })
        );
        return test;
    }
}
