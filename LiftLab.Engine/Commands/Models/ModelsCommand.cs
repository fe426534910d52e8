using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Commands.Models;

/// <summary>
/// <c>models list|check FOLDER|download NAME|export RUN|merge ADAPTER</c>: lists base models, checks a model folder, downloads a model,
/// exports a run's model, and merges an adapter into its base model.
/// </summary>
static class ModelsCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--folder")
        {
            Description = "The folder that holds the models.",
            DefaultValueFactory = _ => ModelLibrary.UsualFolder,
            Recursive = true,
        };
        var json = new Option<bool>("--json") { Description = "One JSON document.", Recursive = true };
        var command = new Command("models", "Lists, checks, downloads, exports and merges models.")
        {
            List(folder, json),
            Check(json),
            Download(folder, json),
            Export(json),
            Merge(json),
        };
        command.Options.Add(folder);
        command.Options.Add(json);
        command.SetAction(parsed => WriteList(parsed.GetValue(folder)!, parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return command;
    }

    static Command List(Option<string> folder, Option<bool> json)
    {
        var list = new Command("list", "Lists the models on this machine, then those known by name.");
        list.SetAction(parsed => WriteList(parsed.GetValue(folder)!, parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return list;
    }

    static int WriteList(string folder, bool json, TextWriter output)
    {
        var here = new ModelLibrary(folder).List();
        var known = BaseModels
            .All.Where(b =>
                b.HubId is not null
                && b.IsSupported
                && !here.Any(m => m.Name == b.Name || m.Name.Equals(b.HubId, StringComparison.OrdinalIgnoreCase))
            )
            .ToArray();
        if (json)
        {
            output.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        models = here.Select(m => new
                        {
                            m.Name,
                            m.Folder,
                            m.IsBundled,
                            m.Bytes,
                            m.Parameters,
                            architecture = m.Config?.ModelType,
                            m.Dtypes,
                            m.Licence,
                            m.Problem,
                        }),
                        known = known.Select(b => new
                        {
                            b.Name,
                            b.HubId,
                            b.Revision,
                            b.Parameters,
                            architecture = b.ModelType,
                            b.Licence,
                            b.About,
                        }),
                    },
                    RunJson.Pretty
                )
            );
            return ExitCode.Done;
        }
        foreach (var model in here)
            output.WriteLine(
                $"{model.Name, -40} {Count(model.Parameters), 8}  {ByteWords.Of(model.Bytes), 9}  {model.Dtypes, -10} {model.Licence ?? "licence not known"}{(model.Problem is { } p ? $"  cannot be used: {p.What}" : "")}"
            );
        if (here.Count == 0)
            output.WriteLine("There are no models on this machine.");
        output.WriteLine();
        output.WriteLine("Known by name (models download NAME; every other model on the hub can be downloaded too):");
        foreach (var model in known)
            output.WriteLine($"{model.Name, -16} {Count(model.Parameters), 8}  {model.Licence, -11} {model.About}");
        return ExitCode.Done;
    }

    static Command Check(Option<bool> json)
    {
        var folder = new Argument<string>("folder") { Description = "A folder in Hugging Face layout." };
        var check = new Command(
            "check",
            "Checks that a folder has the files and weights that its config.json requires; weights are not loaded."
        )
        {
            folder,
        };
        check.SetAction(parsed =>
        {
            var found = ModelCheck.Of(parsed.GetValue(folder)!);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.WriteLine(
                    JsonSerializer.Serialize(
                        new
                        {
                            found.Folder,
                            architecture = found.Config?.ModelType,
                            found.Parameters,
                            found.Dtypes,
                            found.Tokenizer,
                            sound = found.IsSound,
                            found.Problems,
                        },
                        RunJson.Pretty
                    )
                );
            else
            {
                if (found.Config is { } config)
                    output.WriteLine(
                        $"{config.ModelType}, {Count(found.Parameters)} weights{(found.Dtypes.Length > 0 ? " in " + found.Dtypes : "")}{(found.Tokenizer is { } t ? $", tokenizer {t}" : "")}"
                    );
                foreach (var problem in found.Problems)
                    output.WriteLine($"{(problem.Blocks ? "error" : "note")} {problem.Code}: {problem.What}. {problem.WhatToDo}");
                output.WriteLine(found.IsSound ? "sound" : "not sound: no fine-tune can start from this folder");
            }
            return found.IsSound ? ExitCode.Done : ExitCode.BadData;
        });
        return check;
    }

    static Command Download(Option<string> folder, Option<bool> json)
    {
        var name = new Argument<string>("name") { Description = "A known name (gpt-j-6b) or a name on the hub (EleutherAI/gpt-j-6b)." };
        var revision = new Option<string?>("--revision") { Description = "A branch, tag or commit." };
        var endpoint = new Option<string?>("--endpoint")
        {
            Description =
                "Address of the hub or of a mirror; default: HF_ENDPOINT, then https://huggingface.co. The access token is read from HF_TOKEN.",
        };
        var download = new Command("download", "Downloads a model. An interrupted download continues when the command is repeated.")
        {
            name,
            revision,
            endpoint,
        };
        download.SetAction(
            (parsed, cancel) =>
            {
                var (known, error) = (BaseModels.Find(parsed.GetValue(name)!), parsed.InvocationConfiguration.Error);
                return Failures.Answer(
                    async () =>
                    {
                        var options = HubOptions.FromEnvironment(Environment.GetEnvironmentVariable);
                        if (parsed.GetValue(endpoint) is { } given)
                            options = new() { Endpoint = HubOptions.Address(given), Token = options.Token };
                        var fetched = await FetchAsync(
                            known?.HubId ?? parsed.GetValue(name)!,
                            parsed.GetValue(revision) ?? known?.Revision ?? "main",
                            parsed.GetValue(folder)!,
                            options,
                            error,
                            cancel
                        );
                        await parsed.InvocationConfiguration.Output.WriteLineAsync(
                            parsed.GetValue(json) ? JsonSerializer.Serialize(new { folder = fetched }, RunJson.Pretty) : fetched
                        );
                        return ExitCode.Done;
                    },
                    error
                );
            }
        );
        return download;
    }

    static async Task<string> FetchAsync(
        string id,
        string revision,
        string folder,
        HubOptions options,
        TextWriter error,
        CancellationToken cancel
    )
    {
        if (new ModelLibrary(folder).Find(id) is { Problem: null } there)
        {
            await error.WriteLineAsync($"{there.Name} is already on this machine");
            return there.Folder;
        }
        using var hub = new HubClient(options, TimeProvider.System);
        var download = new ModelDownload(hub, folder);
        var (plan, config) = await download.PlanAsync(id, revision, cancel);
        await error.WriteLineAsync(
            $"{plan.Model.Id}: {config.ModelType}, {Count(ExpectedTensor.Of(config).Sum(t => t.Count))} weights, {ByteWords.Of(plan.Bytes)} in {plan.Files.Count} files{(plan.Present > 0 ? $", {ByteWords.Of(plan.Present)} of them already downloaded" : "")}"
        );
        await error.WriteLineAsync(
            $"licence: {plan.Model.Licence ?? "not named; read the model's page before use"}{(plan.Model.Gated ? " (gated: accept its owner's terms first)" : "")}"
        );
        return await download.RunAsync(plan, new ByteProgress(error, !Console.IsErrorRedirected), cancel);
    }

    static Command Export(Option<bool> json)
    {
        var run = new Argument<string>("run") { Description = "A run folder with a fitted LIFT model." };
        var merged = new Option<bool>("--merged")
        {
            Description =
                "Exports a whole model in Hugging Face layout, with the adapter merged into its weights; default: the adapter in PEFT layout.",
        };
        var to = new Option<string?>("--out") { Description = "The folder to write; default: 'export' in the run folder." };
        var export = new Command("export", "Exports a run's fine-tuned model for other programs.") { run, merged, to };
        export.SetAction(
            (parsed, _) =>
                Failures.Answer(
                    async () =>
                    {
                        var folder = RunFolder.Open(parsed.GetValue(run)!);
                        var written = await FittedExport.WriteAsync(
                            FittedFolder.Of(folder.Path),
                            parsed.GetValue(to) ?? Path.Combine(folder.Path, "export"),
                            parsed.GetValue(merged)
                        );
                        var output = parsed.InvocationConfiguration.Output;
                        if (parsed.GetValue(json))
                            await output.WriteLineAsync(JsonSerializer.Serialize(new { folders = written }, RunJson.Pretty));
                        else
                            foreach (var one in written)
                                await output.WriteLineAsync(one);
                        return ExitCode.Done;
                    },
                    parsed.InvocationConfiguration.Error
                )
        );
        return export;
    }

    static Command Merge(Option<bool> json)
    {
        var adapter = new Argument<string>("adapter") { Description = "A folder with an adapter in PEFT layout." };
        var under = new Option<string?>("--model") { Description = "The base model; default: the one that the adapter names." };
        var to = new Option<string>("--out") { Description = "The folder to write.", Required = true };
        var merge = new Command("merge", "Merges an adapter into its base model; the result can be the base model of a run.")
        {
            adapter,
            under,
            to,
        };
        merge.SetAction(
            (parsed, _) =>
                Failures.Answer(
                    async () =>
                    {
                        var target = Path.GetFullPath(parsed.GetValue(to)!);
                        await FittedExport.MergeAsync(parsed.GetValue(adapter)!, parsed.GetValue(under), target);
                        await parsed.InvocationConfiguration.Output.WriteLineAsync(
                            parsed.GetValue(json) ? JsonSerializer.Serialize(new { folder = target }, RunJson.Pretty) : target
                        );
                        return ExitCode.Done;
                    },
                    parsed.InvocationConfiguration.Error
                )
        );
        return merge;
    }

    static string Count(long? parameters) =>
        parameters switch
        {
            null => "?",
            >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0.00}B"),
            >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0.0}M"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e3:0.0}k"),
        };
}
