using System.Text.Json.Nodes;
using LiftLab.Engine.Hub;
using LiftLab.Engine.OpenMl;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Tests.Engine.Hub;

namespace LiftLab.Tests.Engine.OpenMl;

/// <summary>Datasets of OpenML, against a server on loopback.</summary>
public sealed class OpenMlTests : IAsyncLifetime, IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("openml-").FullName;
    readonly ImpatientTime time = new(TimeSpan.FromSeconds(15)); // pauses are over at once, the patience of requests is not
    TestOpenMl server = null!;
    OpenMlClient client = null!;

    public async Task InitializeAsync()
    {
        server = await TestOpenMl.StartAsync();
        client = new(server.Options, time);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public void Dispose() => client.Dispose();

    Task<OpenMlDataset> FindAsync(string name) => client.FindAsync(OpenMlName.Parse(name));

    Task<HubException> RefusedAsync(string name) => Assert.ThrowsAsync<HubException>(() => FindAsync(name));

    Task<OpenMlFile> DownloadAsync(OpenMlDataset dataset, OpenMlFormat? format = null, long most = long.MaxValue) =>
        new OpenMlDownload(client).RunAsync(dataset, folder, format, most, server.Received);

    [Theory]
    [InlineData("61", 61, null, null)]
    [InlineData("openml:61", 61, null, null)]
    [InlineData(" https://www.openml.org/d/61 ", 61, null, null)]
    [InlineData("https://www.openml.org/search?type=data&status=active&id=61", 61, null, null)]
    [InlineData("https://www.openml.org/search?id=61&type=data", 61, null, null)]
    [InlineData("https://api.openml.org/data/61", 61, null, null)]
    [InlineData("iris", null, "iris", null)]
    [InlineData("OpenML:credit-g@2", null, "credit-g", 2)]
    [InlineData("Click_prediction_small", null, "Click_prediction_small", null)]
    [InlineData("BNG(cmc,nominal,55296)", null, "BNG(cmc,nominal,55296)", null)]
    public void Every_way_to_name_a_dataset_is_read(string text, int? id, string? name, int? version) =>
        Assert.Equal(new(id, name, version), OpenMlName.Parse(text));

    [Theory]
    [InlineData("", "name-impossible")]
    [InlineData("0", "name-impossible")]
    [InlineData("99999999999", "name-impossible")]
    [InlineData("two words", "name-impossible")]
    [InlineData("iris@new", "name-impossible")]
    [InlineData("61#csv", "name-impossible")]
    [InlineData("https://www.openml.org/t/59", "is-a-task")]
    [InlineData("task/59", "is-a-task")]
    [InlineData("https://www.openml.org/search?type=task&id=59", "is-a-task")]
    public void What_is_no_dataset_is_refused(string text, string code) =>
        Assert.Equal(code, Assert.Throws<HubException>(() => OpenMlName.Parse(text)).Code);

    [Fact]
    public async Task A_dataset_is_described_by_id_and_by_name()
    {
        server.AddIris();
        foreach (var name in (string[])["61", "iris", "iris@1"])
        {
            var found = await FindAsync(name);
            Assert.Equal((61, "iris", 1, "active"), (found.Id, found.Name, found.Version, found.Status));
            Assert.Equal((60, 5, "CC0", "Fisher, 1936"), (found.Rows, found.Columns, found.Licence, found.Citation));
            Assert.Equal(["R.A. Fisher", "E. Anderson"], found.Creators);
            Assert.Equal(["class"], found.Targets);
            Assert.Equal(["nr"], found.RowIds);
            Assert.Equal(["note"], found.Ignored);
            Assert.Equal($"{server.Address}d/61", found.Page);
        }
        Assert.DoesNotContain(server.Requests, r => r.Path.StartsWith("/files/", StringComparison.Ordinal)); // nothing is downloaded
    }

    [Fact]
    public async Task Names_of_columns_may_be_one_text_and_a_list_of_one()
    {
        var iris = server.AddIris();
        iris.More["ignore_attribute"] = "note, 'two words'";
        iris.More["default_target_attribute"] = "class,grade";
        iris.More["creator"] = "Fisher";
        iris.More["row_id_attribute"] = new JsonArray("nr");
        var found = await FindAsync("61");
        Assert.Equal(["note", "two words"], found.Ignored);
        Assert.Equal(["class", "grade"], found.Targets);
        Assert.Equal(["Fisher"], found.Creators);
        var reading = found.Reading(OpenMlFormat.Original);
        Assert.Contains("a target too, beside 'class'", reading.Columns!["grade"].LeftOut, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_versions_are_offered()
    {
        server.AddIris();
        server.AddIris(969, 3);
        server.Entries[5] = server.AddIris(5, 2) with { Status = "deactivated" };
        Assert.Equal([1, 2, 3], (await client.VersionsAsync("iris")).Select(v => v.Version));
        var refused = await RefusedAsync("iris");
        Assert.Equal("several-versions", refused.Code);
        Assert.Contains(
            "iris@1 (id 61, 60 rows, 5 columns), iris@3 (id 969, 60 rows, 5 columns)",
            refused.WhatToDo,
            StringComparison.Ordinal
        );
        Assert.Equal(969, (await FindAsync("iris@3")).Id);
        Assert.Equal("deactivated", (await FindAsync("iris@2")).Status);
        Assert.Equal("deactivated", (await FindAsync("5")).Status);
        Assert.Contains("no version 7", (await RefusedAsync("iris@7")).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_deactivated_versions_are_said_to_be_so()
    {
        server.Entries[5] = server.AddIris(5, 2) with { Status = "deactivated" };
        var refused = await RefusedAsync("iris");
        Assert.Equal("deactivated", refused.Code);
        Assert.Contains("iris@2 (id 5, 60 rows, 5 columns, deactivated)", refused.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_id_or_name_is_said_and_a_task_is_named()
    {
        server.AddIris();
        server.Tasks[59] = 61;
        Assert.Equal("not-found", (await RefusedAsync("7")).Code);
        Assert.Equal("not-found", (await RefusedAsync("Iris")).Code); // code 372: no results
        var task = await RefusedAsync("59");
        Assert.Equal("is-a-task", task.Code);
        Assert.Contains("no dataset 59, but a task 59 on dataset 61", task.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_is_checked_and_its_source_kept()
    {
        server.AddIris();
        var file = await DownloadAsync(await FindAsync("61"));
        Assert.Equal(TestOpenMl.Iris, await File.ReadAllBytesAsync(file.Path));
        Assert.Equal("md5 " + TestOpenMl.Md5(TestOpenMl.Iris), file.Source.Checksum);
        Assert.Equal((true, "CC0", "iris, version 1"), (file.Source.IsChecked, file.Source.Licence, file.Source.Title));
        Assert.Equal([Path.GetFileName(file.Path)], Directory.GetFiles(folder).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public async Task Row_ids_ignored_attributes_and_the_target_become_the_schema_with_their_reasons()
    {
        server.AddIris();
        var dataset = await FindAsync("61");
        var file = await DownloadAsync(dataset);
        var table = (await TableReader.ReadAsync(file.Path, dataset.Reading(file.Format))).Table;
        var schema = dataset.WithTarget(SchemaGuess.Guess(table), table);
        Assert.Equal(["sepal", "grade"], schema.Features.Select(f => f.Name));
        Assert.Equal(("class", TaskKind.Classification), (schema.Target.Name, schema.Task));
        Assert.Equal(ColumnKind.Category, schema.Columns.Single(c => c.Name == "grade").Kind);
        var said = TableCheck.Problems(table, schema).Where(p => p.Code == "left-out").ToDictionary(p => p.Column!);
        Assert.Contains("OpenML names it as the identifier of the rows", said["nr"].What, StringComparison.Ordinal);
        Assert.Contains("OpenML lists it among the attributes to ignore", said["note"].What, StringComparison.Ordinal);
        Assert.All(said.Values, p => Assert.NotEmpty(p.Remedies)); // each can be used all the same
    }

    [Fact]
    public async Task Parquet_has_no_checksum_and_takes_its_kinds_from_the_description()
    {
        var parquet = await File.ReadAllBytesAsync(GoldenFile.At("tables", "snappy.parquet"));
        server.Entries[7] = new(7, "types", 1, null, parquet)
        {
            Features =
            [
                new JsonObject
                {
                    ["index"] = "0",
                    ["name"] = "count",
                    ["data_type"] = "nominal",
                    ["is_row_identifier"] = "false",
                },
                new JsonObject
                {
                    ["index"] = "1",
                    ["name"] = "small",
                    ["data_type"] = "numeric",
                    ["is_ignore"] = "true",
                },
            ],
        };
        var dataset = await FindAsync("7");
        Assert.Equal([OpenMlFormat.Parquet], dataset.Formats);
        var file = await DownloadAsync(dataset);
        Assert.Equal((false, OpenMlFormat.Parquet), (file.Source.IsChecked, file.Format));
        Assert.StartsWith("sha256 ", file.Source.Checksum, StringComparison.Ordinal);
        var table = (await TableReader.ReadAsync(file.Path, dataset.Reading(file.Format))).Table;
        var schema = SchemaGuess.Guess(table);
        Assert.Equal(ColumnKind.Category, schema.Columns.Single(c => c.Name == "count").Kind);
        Assert.Equal(ColumnRole.Ignored, schema.Columns.Single(c => c.Name == "small").Role);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cut_download_resumes_where_it_stopped(bool hidesLength)
    {
        server.AddIris();
        server.HidesLength = hidesLength;
        var dataset = await FindAsync("61");
        server.Cuts.Enqueue(100);
        server.Cuts.Enqueue(200);
        var file = await DownloadAsync(dataset);
        Assert.Equal(TestOpenMl.Iris, await File.ReadAllBytesAsync(file.Path));
        Assert.Equal(
            [null, "bytes=100-", "bytes=300-"],
            server.Requests.Where(r => r.Path.StartsWith("/files/", StringComparison.Ordinal)).Select(r => r.Range)
        );
    }

    [Fact]
    public async Task What_an_earlier_download_received_is_used()
    {
        server.AddIris();
        var dataset = await FindAsync("61");
        for (var i = 0; i < 40; i++)
            server.Cuts.Enqueue(i == 0 ? 150 : 0);
        Assert.Equal("offline", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync(dataset))).Code);
        server.Cuts.Clear();
        var file = await DownloadAsync(dataset);
        Assert.Equal(TestOpenMl.Iris, await File.ReadAllBytesAsync(file.Path));
        Assert.Equal("bytes=150-", server.Requests.Last().Range);
    }

    [Fact]
    public async Task A_wrong_checksum_keeps_nothing()
    {
        server.AddIris();
        var dataset = await FindAsync("61");
        server.IsSpoilt = true;
        var refused = await Assert.ThrowsAsync<HubException>(() => DownloadAsync(dataset));
        Assert.Equal("checksum-wrong", refused.Code);
        Assert.Contains("'iris, version 1'", refused.What, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(folder), f => new FileInfo(f).Length > 0);
    }

    [Fact]
    public async Task A_missing_or_too_large_file_is_said()
    {
        server.AddIris();
        var dataset = await FindAsync("61");
        Assert.Equal("too-large", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync(dataset, most: 100))).Code);
        server.HidesLength = true;
        Assert.Equal("too-large", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync(dataset, most: 100))).Code);
        server.HasNoFiles = true;
        Assert.Equal("not-found", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync(dataset))).Code);
        Assert.Equal("no-table", (await Assert.ThrowsAsync<HubException>(() => DownloadAsync(dataset, OpenMlFormat.Parquet))).Code);
        server.Entries[8] = new(8, "empty", 1, null);
        Assert.Equal("no-table", (await RefusedAsync("8")).Code);
    }

    [Theory]
    [InlineData(200, "{\"data_set_description\": {\"id\": \"61\"}}")]
    [InlineData(200, "{\"data_set_description\": []}")]
    [InlineData(200, "[]")]
    [InlineData(200, "{ cut")]
    [InlineData(200, "")]
    [InlineData(200, "<html>maintenance</html>")]
    [InlineData(503, "<html>maintenance</html>")]
    [InlineData(412, "{\"error\": {\"code\": \"113\", \"message\": \"Database error\"}}")]
    [InlineData(412, "<oml:error><oml:code>113</oml:code><oml:message>Database error</oml:message></oml:error>")]
    public async Task Other_answers_are_refused_in_words(int status, string text)
    {
        server.Instead = (status, text);
        foreach (var name in (string[])["61", "iris"])
        {
            var refused = await RefusedAsync(name);
            Assert.Equal("server-failed", refused.Code);
            Assert.True(
                status == 412 ? refused.What.Contains("Database error (code 113)", StringComparison.Ordinal) : refused.What.Length > 20
            );
        }
    }

    [Fact]
    public async Task A_server_that_finds_nothing_with_404_is_understood()
    {
        server.Instead = (404, "not here");
        Assert.Equal("not-found", (await RefusedAsync("61")).Code);
        Assert.Equal("not-found", (await RefusedAsync("iris")).Code);
        server.Instead = (429, "slow down");
        Assert.Equal("rate-limited", (await RefusedAsync("61")).Code);
    }

    [Fact]
    public async Task A_silent_server_is_given_up()
    {
        server.IsSilent = true;
        using var hasty = new OpenMlClient(server.Options with { Patience = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);
        Assert.Equal("offline", (await Assert.ThrowsAsync<HubException>(() => hasty.DescribeAsync(61))).Code);
    }

    [Fact]
    public async Task Offline_is_said_in_one_sentence()
    {
        using var alone = new OpenMlClient(new() { Endpoint = new("http://127.0.0.1:9") }, time);
        var refused = await Assert.ThrowsAsync<HubException>(() => alone.FindAsync(new(61)));
        Assert.Equal("offline", refused.Code);
        Assert.StartsWith("127.0.0.1 cannot be reached: ", refused.What, StringComparison.Ordinal);
        Assert.Contains("add it here", refused.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public void The_address_is_a_setting()
    {
        Assert.Equal(new Uri("https://www.openml.org"), OpenMlOptions.FromEnvironment(_ => null).Endpoint);
        Assert.Equal(
            new Uri("http://localhost:7/mirror"),
            OpenMlOptions.FromEnvironment(name => name == "OPENML_ENDPOINT" ? "http://localhost:7/mirror/" : null).Endpoint
        );
        Assert.Throws<HubException>(() => OpenMlOptions.FromEnvironment(_ => "openml.org"));
    }
}
