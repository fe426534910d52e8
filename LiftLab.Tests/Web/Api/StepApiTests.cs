using System.Net;
using System.Text.Json;

namespace LiftLab.Tests.Web.Api;

/// <summary>Steps and versions over HTTP.</summary>
public sealed class StepApiTests
{
    static StringContent Rows(string head) =>
        new(
            head
                + string.Concat(Enumerable.Range(0, 40).Select(i => $"{(i % 8 == 0 ? "" : i)},{(i % 3 == 0 ? "x " : "X")},{"ab"[i % 2]}\n"))
        );

    static async Task<JsonElement> JsonOf(HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    [Fact]
    public async Task Steps_are_tried_done_undone_and_used_on_another_file()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var id = (await JsonOf(await http.PostAsync("/api/datasets?name=a.csv", Rows("n,t,kind\n"))))
            .GetProperty("dataset")
            .GetProperty("id")
            .GetString();
        var address = $"/api/datasets/{id}";

        var tried = await JsonOf(
            await http.PostAsync(
                address + "/steps?preview=true",
                new StringContent("{\"step\":\"fill-missing\",\"column\":\"n\",\"with\":\"mean\"}")
            )
        );
        Assert.Equal(5, tried[0].GetProperty("counts").GetProperty("cells").GetInt32());
        Assert.Equal(1, (await JsonOf(await http.GetAsync(address + "/steps"))).GetProperty("version").GetInt32());

        const string list =
            "[{\"step\":\"merge-alike\",\"column\":\"t\"},{\"step\":\"rename-column\",\"column\":\"lost\",\"to\":\"x\"},{\"step\":\"drop-missing-rows\"}]";
        var refused = await http.PostAsync(address + "/steps", new StringContent(list));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("add without=2", (await JsonOf(refused)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync(address + "/steps?without=4", new StringContent(list))).StatusCode);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await http.PostAsync(address + "/steps", new StringContent("[{\"step\":\"melt\"}]"))).StatusCode
        );
        var done = await JsonOf(await http.PostAsync(address + "/steps?without=2", new StringContent(list)));
        Assert.Equal((2, 35), (done.GetProperty("version").GetInt32(), done.GetProperty("rows").GetInt32()));
        Assert.Equal([true, false, true], done.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("on").GetBoolean()));

        Assert.StartsWith("n,t,kind\n1,X,b\n", await http.GetStringAsync(address + "/table.csv"), StringComparison.Ordinal);
        var file = await http.GetStringAsync(address + "/steps.json");
        Assert.Equal(2, JsonDocument.Parse(file).RootElement.GetProperty("steps").GetArrayLength());

        Assert.Equal(40, (await JsonOf(await http.PostAsync(address + "/steps/undo", null))).GetProperty("rows").GetInt32());
        Assert.Equal(35, (await JsonOf(await http.PostAsync(address + "/steps/redo", null))).GetProperty("rows").GetInt32());
        Assert.Equal(40, (await JsonOf(await http.PostAsync(address + "/steps/3/off", null))).GetProperty("rows").GetInt32());
        Assert.Equal(35, (await JsonOf(await http.PostAsync(address + "/steps/3/on", null))).GetProperty("rows").GetInt32());
        Assert.Equal(1, (await JsonOf(await http.PostAsync(address + "/steps/0/last", null))).GetProperty("version").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(address + "/steps/9/off", null)).StatusCode);
        Assert.Equal(35, (await JsonOf(await http.PostAsync(address + "/versions/2", null))).GetProperty("rows").GetInt32());
        var named = await JsonOf(await http.PutAsync(address + "/versions/2?name=clean", null));
        Assert.Equal("clean", named.GetProperty("versions")[1].GetProperty("name").GetString());

        var like = await http.PostAsync($"/api/datasets?name=b.csv&stepsOf={id}", Rows("n,other,kind\n"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, like.StatusCode);
        like = await http.PostAsync($"/api/datasets?name=b.csv&stepsOf={id}&without=1", Rows("n,other,kind\n"));
        Assert.Equal(HttpStatusCode.Created, like.StatusCode);
        Assert.Equal(35, (await JsonOf(like)).GetProperty("dataset").GetProperty("rows").GetInt32());
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await http.PostAsync($"/api/datasets?name=b.csv&stepsOf={id}&without=5", Rows("n,t,kind\n"))).StatusCode
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await http.PostAsync("/api/datasets?name=b.csv&without=5", Rows("n,t,kind\n"))).StatusCode
        );
    }
}
