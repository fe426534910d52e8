using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.OpenMl;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.OpenMl;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web.Api;

/// <summary>Datasets of OpenML over HTTP, from a server on loopback.</summary>
public sealed class OpenMlApiTests
{
    static async Task<JsonElement> JsonOf(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    static LabServer Lab(TestOpenMl server, string? folder = null) =>
        new(folder) { Settings = { [OpenMlOptions.EndpointVariable] = server.Address.AbsoluteUri } };

    [Fact]
    public async Task A_dataset_is_described_added_and_keeps_its_source()
    {
        await using var server = await TestOpenMl.StartAsync();
        server.AddIris();
        using var lab = Lab(server);
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var described = await JsonOf(await http.GetAsync("/api/openml/iris"));
        Assert.Equal((61, 60), (described.GetProperty("id").GetInt32(), described.GetProperty("rows").GetInt32()));
        Assert.Equal("CC0", described.GetProperty("licence").GetString());
        Assert.Equal(1, (await JsonOf(await http.GetAsync("/api/openml/iris/versions"))).GetArrayLength());

        var created = await http.PostAsync("/api/openml/61", null);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var view = await JsonOf(created);
        Assert.Equal("CC0", view.GetProperty("source").GetProperty("licence").GetString());
        Assert.True(view.GetProperty("source").GetProperty("isChecked").GetBoolean());
        Assert.Equal("arff", view.GetProperty("format").GetProperty("kind").GetString());
        Assert.Contains("OpenML names it as the identifier of the rows", view.GetProperty("problems").ToString(), StringComparison.Ordinal);
        var id = view.GetProperty("dataset").GetProperty("id").GetGuid();
        Assert.False(view.GetProperty("dataset").GetProperty("confirmed").GetBoolean());
        Assert.Equal("iris", view.GetProperty("dataset").GetProperty("name").GetString());
        Assert.Empty(Directory.GetFiles(lab.Get<LabFolder>().Downloads));

        // What OpenML says stays when the file is read in another way.
        var again = await http.PutAsync($"/api/datasets/{id}/reading?word=note%3Dn1", null);
        Assert.Contains(
            "OpenML lists it among the attributes to ignore",
            await again.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        var dataset = await lab.Get<Datasets>().OpenAsync(id);
        Assert.Equal(["sepal", "grade"], dataset.Row.Schema.Features.Select(f => f.Name));
        Assert.Equal(("class", TaskKind.Classification), (dataset.Row.Schema.Target.Name, dataset.Row.Schema.Task));
        Assert.Equal("iris, version 1", dataset.Source?.Title);
    }

    [Theory]
    [InlineData("7", HttpStatusCode.NotFound, "not-found")]
    [InlineData("iris", HttpStatusCode.Conflict, "several-versions")]
    [InlineData("59", HttpStatusCode.BadRequest, "is-a-task")]
    [InlineData("two%20words", HttpStatusCode.BadRequest, "name-impossible")]
    [InlineData("61%23parquet", HttpStatusCode.Conflict, "no-table")]
    public async Task Refusals_are_said_with_their_codes(string name, HttpStatusCode status, string code)
    {
        await using var server = await TestOpenMl.StartAsync();
        server.AddIris();
        server.AddIris(969, 3);
        server.Tasks[59] = 61;
        using var lab = Lab(server);
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var answer = await http.PostAsync("/api/openml/" + name, null);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, (await JsonOf(answer)).GetProperty("code").GetString());
        Assert.Empty(Directory.GetDirectories(lab.Get<LabFolder>().Datasets));
    }

    [Fact]
    public async Task A_file_that_is_no_table_leaves_nothing()
    {
        await using var server = await TestOpenMl.StartAsync();
        server.Entries[8] = new(8, "broken", 1, "@relation x\n@data\n1\n"u8.ToArray());
        using var lab = Lab(server);
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var answer = await http.PostAsync("/api/openml/8", null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var folder = lab.Get<LabFolder>();
        Assert.Empty(Directory.GetFiles(folder.Downloads));
        Assert.Empty(Directory.GetDirectories(folder.Datasets));
        Assert.Empty(Directory.GetDirectories(folder.Uploads));
    }
}
