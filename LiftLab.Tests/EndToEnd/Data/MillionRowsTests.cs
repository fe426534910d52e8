using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using Xunit.Abstractions;

namespace LiftLab.Tests.EndToEnd.Data;

/// <summary>A million rows on the dataset page, in a dashboard of its own process. A measurement: no test depends on its times.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class MillionRowsTests(ChromiumBrowser chromium, ITestOutputHelper output)
{
    const int Rows = 1_000_000,
        Columns = 20;

    [LatencyFact]
    public async Task A_million_rows_on_the_dataset_page()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-large-").FullName;
        try
        {
            using var lab = new LabProcess(Path.Combine(folder, "lab"));
            var address = await lab.ListeningAsync();
            var file = Path.Combine(folder, "large.csv");
            Write(file);
            using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
            var before = Peak(lab.Process);
            var clock = Stopwatch.StartNew();
            string id;
            await using (var stream = File.OpenRead(file))
            {
                var answer = await http.PostAsync("/api/datasets?name=large.csv", new StreamContent(stream));
                var text = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.IsSuccessStatusCode, text);
                id = (string)JsonNode.Parse(text)!["dataset"]!["id"]!;
            }
            Report(
                $"{Rows} rows x {Columns}, {new FileInfo(file).Length / 1e6:0} MB: sent, read and kept in {clock.Elapsed.TotalSeconds:0.0} s"
            );
            foreach (var opening in new[] { "first opening", "second opening" })
                await OpenAsync(opening, lab, address, id, before);
            await lab.KillAsync();
            using var again = new LabProcess(Path.Combine(folder, "lab"));
            // the table is read from its file
            await OpenAsync("after a restart", again, await again.ListeningAsync(), id, Peak(again.Process));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task OpenAsync(string opening, LabProcess lab, Uri address, string id, long before)
    {
        await using var visit = await Visit.OpenAsync(chromium, address, "/");
        var clock = Stopwatch.StartNew();
        await visit.GoAsync($"/datasets/{id}");
        await UntilAsync("document.querySelector('.head-bars svg') !== null");
        var first = clock.Elapsed.TotalSeconds;
        await UntilAsync(
            "document.querySelector(\"section[aria-label='Rows']\") !== null && !document.body.textContent.includes('columns profiled')"
        );
        var all = clock.Elapsed.TotalSeconds;
        var html = (await visit.Page.ContentAsync()).Length;
        Report(
            $"{opening}: first column {first:0.0} s, all columns {all:0.0} s, page {html / 1e3:0} kB, dashboard's peak {Peak(lab.Process) / 1e6:0} MB (before {before / 1e6:0} MB)"
        );

        // Playwright's own waiting looks once a second after a while
        Task UntilAsync(string isTrue) =>
            visit.Page.WaitForFunctionAsync($"() => {isTrue}", null, new() { Timeout = 120_000, PollingInterval = 50 });
    }

    static long Peak(Process process)
    {
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    void Report(FormattableString what)
    {
        var line = FormattableString.Invariant(what);
        output.WriteLine(line);
        File.AppendAllText(LatencyFactAttribute.File!, line + "\n");
    }

    /// <summary>Twenty columns: numbers of several kinds, categories, and a class.</summary>
    static void Write(string file)
    {
        var random = new Random(3);
        using var writer = new StreamWriter(file);
        writer.Write(string.Join(',', Enumerable.Range(1, Columns - 1).Select(c => $"c{c}")) + ",class\n");
        for (var row = 0; row < Rows; row++)
        {
            for (var c = 0; c < Columns - 1; c++)
            {
                writer.Write(
                    (c % 3) switch
                    {
                        0 => (random.Next(100_000) / 100.0).ToString("0.00", CultureInfo.InvariantCulture),
                        1 => random.Next(1000).ToString(CultureInfo.InvariantCulture),
                        _ => ((string[])["north", "east", "south", "west"])[random.Next(4)],
                    }
                );
                writer.Write(',');
            }
            writer.Write(random.Next(2) == 0 ? "yes\n" : "no\n");
        }
    }
}
