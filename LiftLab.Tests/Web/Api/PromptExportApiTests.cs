using System.Net;
using System.Text.Json;
using LiftLab.Engine.Prompts;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web.Api;

/// <summary>A table's prompts over HTTP, in the paper's form and as conversations.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class PromptExportApiTests
{
    static async Task<(LabServer Lab, HttpClient Http, string Prompts, Dataset Dataset)> IrisAsync()
    {
        var lab = new LabServer();
        var http = new HttpClient { BaseAddress = lab.Start() };
        var dataset = await lab.Get<Datasets>().AddSampleAsync("iris");
        return (lab, http, $"/api/datasets/{dataset.Row.Id}/prompts", dataset);
    }

    static async Task<string[]> LinesAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.False(text.EndsWith('\n'), "the paper's file has no line break at its end");
        return text.Split('\n');
    }

    [Fact]
    public async Task Both_forms_hold_every_row_byte_for_byte()
    {
        var (lab, http, prompts, dataset) = await IrisAsync();
        using var _ = lab;
        using var client = http;
        using var answer = await http.GetAsync(prompts + "?template=paper&form=paper");
        Assert.Equal("paper-all.jsonl", answer.Content.Headers.ContentDisposition!.FileNameStar);
        var paper = await LinesAsync(answer);
        Assert.Equal(150, paper.Length);
        Assert.Equal(
            """{"prompt":"When we have x1=5.10, x2=3.50, x3=1.40, x4=0.20, What is this type? ###", "completion":"0@@@"}""",
            paper[0]
        );
        var chat = await LinesAsync(await http.GetAsync(prompts + "?template=paper&form=chat"));
        Assert.Equal(
            """{"messages":[{"role":"user","content":"When we have x1=5.10, x2=3.50, x3=1.40, x4=0.20, What is this type? ###"},{"role":"assistant","content":"0@@@"}]}""",
            chat[0]
        );
        foreach (var (one, other) in paper.Zip(chat))
        {
            var (p, c) = (JsonElement.Parse(one), JsonElement.Parse(other).GetProperty("messages"));
            Assert.Equal(p.GetProperty("prompt").GetString(), c[0].GetProperty("content").GetString());
            Assert.Equal(p.GetProperty("completion").GetString(), c[1].GetProperty("content").GetString());
        }
        // The parts are those of a run, and together they are all rows.
        var parts = new List<string>();
        foreach (var part in new[] { "train", "valid", "test" })
            parts.AddRange(await LinesAsync(await http.GetAsync($"{prompts}?template=paper&part={part}")));
        Assert.Equal(paper.Order(StringComparer.Ordinal), parts.Order(StringComparer.Ordinal));

        // A saved template and a draft write what they say.
        var own = PromptPresets.PaperClassification with
        {
            Name = "own",
            Text = "\"{{ features[0].value }}\"?###",
        };
        lab.Get<TemplateShelf>().Save("quoted", own);
        Assert.Equal(
            """{"prompt":"\"5.10\"?###", "completion":"0@@@"}""",
            (await LinesAsync(await http.GetAsync(prompts + "?template=quoted")))[0]
        );
        var draft = RunDraft.Default(dataset);
        draft = draft with { Settings = draft.Settings with { Template = own with { Classes = ClassWording.Label } } };
        var id = lab.Get<Drafts>().Save(null, new(dataset.Row.Id, draft.ToFile()));
        Assert.EndsWith(
            "\"completion\":\"setosa@@@\"}",
            (await LinesAsync(await http.GetAsync($"{prompts}?draft={id}")))[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_does_not_exist_is_named()
    {
        var (lab, http, prompts, dataset) = await IrisAsync();
        using var _ = lab;
        using var client = http;
        await RefusedAsync(prompts + "?form=xml", HttpStatusCode.BadRequest, "paper and chat");
        await RefusedAsync(prompts + "?part=half", HttpStatusCode.BadRequest, "all, train, valid and test");
        await RefusedAsync(prompts + "?template=nonesuch", HttpStatusCode.BadRequest, "nonesuch");
        await RefusedAsync(prompts + "?draft=abcdef123456", HttpStatusCode.NotFound, "abcdef123456");
        await RefusedAsync($"/api/datasets/{Guid.NewGuid()}/prompts", HttpStatusCode.NotFound, "dataset");
        lab.Get<TemplateShelf>()
            .Save("broken", PromptPresets.PaperClassification with { Name = "broken", Text = "{{ row['nonesuch'] }}{% if %}###" });
        await RefusedAsync(prompts + "?template=broken", HttpStatusCode.BadRequest, "if");

        async Task RefusedAsync(string address, HttpStatusCode status, string words)
        {
            var answer = await http.GetAsync(address);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == status, $"{address}: {answer.StatusCode}: {text}");
            Assert.Contains(words, text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
