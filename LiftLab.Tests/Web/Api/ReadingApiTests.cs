using System.Net;
using System.Text;
using System.Text.Json;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web.Api;

/// <summary>How a file is read can be chosen over HTTP by the names of the command line, at upload and afterwards.</summary>
public sealed class ReadingApiTests
{
    static StringContent Rows(string head) =>
        new(head + string.Concat(Enumerable.Range(1, 40).Select(i => $"! remark {i}\n{i}/{i % 3}/{(i % 2 == 0 ? "even" : "odd")}\n")));

    [Fact]
    public async Task A_refused_upload_is_accepted_with_the_options_that_it_needs()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var refused = await http.PostAsync("/api/datasets?name=empty.csv&skip=60", Rows("size/rest/kind\n"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Empty(Directory.GetDirectories(lab.Get<LabFolder>().Uploads));
        Assert.Empty(Directory.GetDirectories(lab.Get<LabFolder>().Datasets));

        var read = await http.PostAsync(
            "/api/datasets?name=odd.csv&delimiter=%2F&comment=!&header=1&kind=rest%3Dcategory",
            Rows("size/rest/kind\n")
        );
        Assert.Equal(HttpStatusCode.Created, read.StatusCode);
        var dataset = (await JsonOf(read)).GetProperty("dataset");
        Assert.Equal((40, 3), (dataset.GetProperty("rows").GetInt32(), dataset.GetProperty("columns").GetInt32()));
        Assert.Equal("!", dataset.GetProperty("reading").GetProperty("commentMark").GetString());
        Assert.Equal("category", dataset.GetProperty("schema").GetProperty("columns")[1].GetProperty("kind").GetString());

        var address = $"/api/datasets/{dataset.GetProperty("id").GetString()}";
        var again = (await JsonOf(await http.PutAsync(address + "/reading?delimiter=%2F&comment=!&header=0", null))).GetProperty("dataset");
        Assert.Equal(41, again.GetProperty("rows").GetInt32());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await http.PutAsync(address + "/reading?encoding=klingon", null)).StatusCode);
        Assert.Equal(41, (await JsonOf(await http.GetAsync(address))).GetProperty("dataset").GetProperty("rows").GetInt32());
    }

    [Theory]
    [InlineData("delimiter=commas", "delimiter: give comma")]
    [InlineData("header=12", "header: give 0 to 9")]
    [InlineData("kind=size%3Dcolour", "kind: 'colour' is not one of")]
    [InlineData("kind=weight%3Dtext", "there is no column 'weight'")]
    [InlineData("separator=%3B", "'separator' is no option of reading")]
    public async Task Words_that_are_none_are_named(string query, string says)
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var answer = await http.PostAsync("/api/datasets?name=a.csv&" + query, Rows("size/rest/kind\n"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, (await JsonOf(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_received_file_can_be_read_again_and_is_gone_afterwards()
    {
        using var lab = new LabServer();
        lab.Start();
        var store = lab.Get<Datasets>();
        var uploads = lab.Get<LabFolder>().Uploads;
        using (var upload = await store.ReceiveAsync(new MemoryStream(Encoding.UTF8.GetBytes("a;b\n1;2\n3;4\n")), "../x.csv"))
        {
            Assert.False(upload.IsWorkbook);
            await Assert.ThrowsAsync<LiftLab.Engine.Tables.BadDataException>(() => store.AddAsync(upload, new() { SkippedRows = 9 }));
            var dataset = await store.AddAsync(upload, new TableReadOptions { HasHeader = false });
            Assert.Equal((3, "x.csv"), (dataset.Table.RowCount, dataset.Row.FileName));
        }
        using (await store.ReceiveAsync(new MemoryStream([1]), "y.csv"))
            Assert.Single(Directory.GetDirectories(uploads));
        Assert.Empty(Directory.GetDirectories(uploads));
    }

    static async Task<JsonElement> JsonOf(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Clone();
}
