using System.Globalization;
using System.Text;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Runs;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Predictions;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage.Tables;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd;

/// <summary>
/// Times from a key or a click to the painted answer in Chromium. Only where <see cref="LatencyFactAttribute.Variable"/> is set; no test
/// depends on the times (docs/studies/prompt-studio.md).
/// </summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class LatencyTests(ChromiumBrowser chromium, ITestOutputHelper output)
{
    const int Columns = 100;

    /// <summary>Types into the editor and measures each key, from its press to the first frame whose preview has it.</summary>
    const string WatchKeys = """
        () => {
          const text = document.querySelector(".editor textarea");
          const watch = (window.keys = { pressed: [], shown: [] });
          text.addEventListener("keydown", (e) => { if (e.key.length === 1) watch.pressed.push(e.timeStamp); });
          const look = () => {
            const now = document.querySelector(".lens-text")?.textContent ?? "";
            const has = now.match(/^z*/)[0].length;
            const time = performance.now();
            while (watch.shown.length < has) watch.shown.push(time);
            requestAnimationFrame(() => setTimeout(look, 0));
          };
          look();
        }
        """;

    /// <summary>From a click on "Next row" to the first frames with the new text, with new tokens, and with all tokens.</summary>
    const string Click = """
        async () => {
          const text = () => document.querySelector(".lens-text").textContent;
          const strip = document.querySelector(".token-strip");
          const [before, tokens] = [text(), strip.textContent];
          const begin = performance.now();
          const until = async (holds) => {
            while (!holds() && performance.now() - begin < 10000)
              await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 0)));
            return performance.now() - begin;
          };
          document.querySelector("[aria-label='Next row']").click();
          return [
            await until(() => text() !== before),
            await until(() => strip.textContent !== tokens),
            await until(() => strip.textContent.replaceAll("␣", " ") === text()),
          ];
        }
        """;

    /// <summary>From a changed cell to the first frame in which the question is another one; the answers come in the same frame.</summary>
    const string Cell = """
        async ([id, value]) => {
          const input = document.getElementById(id);
          const read = () => document.querySelector(".question-text")?.textContent ?? "";
          const before = read();
          const begin = performance.now();
          input.value = value;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          while (read() === before && performance.now() - begin < 10000)
            await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 0)));
          return performance.now() - begin;
        }
        """;

    void Report(string what, IEnumerable<double> times)
    {
        double[] sorted = [.. times.Order()];
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: n {sorted.Length}, p50 {At(0.5):0} ms, p95 {At(0.95):0} ms, most {sorted[^1]:0} ms"
        );
        output.WriteLine(line);
        File.AppendAllText(LatencyFactAttribute.File!, line + "\n");

        double At(double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    static async Task<string> WideAsync(LabServer lab)
    {
        var csv = new StringBuilder(string.Join(',', Enumerable.Range(1, Columns).Select(i => $"feature {i}"))).Append(",class\n");
        for (var row = 0; row < 400; row++)
            csv.AppendJoin(',', Enumerable.Range(1, Columns).Select(i => $"{(row * 7 + i * 13) % 97}.{(row + i) % 10}"))
                .Append(row % 2 == 0 ? ",low\n" : ",high\n");
        var added = await lab.Get<Datasets>().AddAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString())), "wide.csv");
        return added.Row.Id.ToString("N");
    }

    [LatencyFact]
    public async Task Studio()
    {
        using var lab = LabServer.AsDeployed();
        var dataset = await WideAsync(lab);
        foreach (var preset in new[] { "lift-mini", "names" })
        foreach (var pause in new[] { 200, 80 })
        {
            await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/studio/" + dataset, width: 1440);
            var page = visit.Page;
            var text = page.GetByLabel("Template text");
            await page.GetByLabel("Start from").SelectOptionAsync(preset);
            if (preset == "names")
                await Expect(text).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^When"));
            if (preset == "names" && await TokensAsync(page) is var tokens && tokens < 2048)
            {
                var now = await text.InputValueAsync();
                await text.FillAsync(new string('y', 2048 - tokens) + now);
                await Eventually.TrueAsync(async () => await TokensAsync(page) == 2048);
            }
            var shown = await TokensAsync(page);
            await page.EvaluateAsync(WatchKeys);
            await text.EvaluateAsync("t => { t.focus(); t.setSelectionRange(0, 0); }");
            for (var i = 0; i < 60; i++)
            {
                await page.Keyboard.PressAsync("z");
                await Task.Delay(pause);
            }
            await page.WaitForFunctionAsync("() => window.keys.shown.length >= 60");
            var times = await page.EvaluateAsync<double[]>("() => window.keys.shown.map((t, i) => t - window.keys.pressed[i])");
            Report($"key to preview, {Columns} columns, {shown} tokens, a key every {pause} ms", times);
            if (pause == 80)
                continue;
            var clicks = new List<double[]>();
            for (var i = 0; i < 40; i++)
            {
                clicks.Add(await page.EvaluateAsync<double[]>(Click));
                await Task.Delay(100);
            }
            shown = await TokensAsync(page);
            foreach (var (what, at) in new[] { ("text", 0), ("first tokens", 1), ("all tokens", 2) })
                Report($"next row to {what}, {Columns} columns, {shown} tokens", clicks.Select(c => c[at]));
        }

        async Task<int> TokensAsync(IPage page) =>
            await page.EvaluateAsync<int>("() => document.querySelectorAll('.token-strip > span').length");
    }

    /// <summary>Rows a second and memory for tables of growing size, with lift-mini.</summary>
    [LatencyFact]
    public async Task Many_rows()
    {
        using var lab = LabServer.AsDeployed();
        var (run, _) = await SampleRun.FinishedAsync(lab);
        var predictions = lab.Get<LabPredictions>();
        var pool = lab.Get<ResidentPool>();
        var path = lab.Get<LabRuns>().Folder(run).Path;
        await predictions.RowsAsync(run, [new Dictionary<string, string>()], ["lift"], words: false, default);
        foreach (var rows in new[] { 1_000, 10_000, 100_000, 200_000 })
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            GC.Collect();
            process.Refresh();
            long before = process.WorkingSet64,
                server = 0,
                worker = 0;
            await using var file = new RowsFile(rows);
            var job = await predictions.StartAsync(run, file.Open(), new("many.csv", ["lift"], Workbook: true), default);
            while (!job.IsOver)
            {
                process.Refresh();
                server = Math.Max(server, process.WorkingSet64 - before);
                worker = Math.Max(worker, pool.Find(path)?.Bytes ?? 0);
                await Task.Delay(100);
            }
            if (job.Failure is { } failure)
                throw failure;
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"predict {rows} rows with lift-mini: {job.Answered!.Seconds:0.0} s, {rows / job.Answered.Seconds:0} rows/s, worker's peak {worker / 1e6:0} MB, dashboard grew by {server / 1e6:0} MB, csv {new FileInfo(job.CsvFile).Length / 1e6:0.0} MB"
            );
            output.WriteLine(line);
            File.AppendAllText(LatencyFactAttribute.File!, line + "\n");
            await predictions.RemoveAsync(job);
        }
    }

    /// <summary>A table of flowers on disk, none like another.</summary>
    sealed class RowsFile : IAsyncDisposable
    {
        readonly string path = Path.GetTempFileName();

        public RowsFile(int rows)
        {
            using var writer = new StreamWriter(path);
            writer.Write("sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),id\n");
            for (var i = 0; i < rows; i++)
                writer.Write(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{4.3 + i % 37 * 0.1:0.0}{i % 10},{2 + i % 23 * 0.1:0.0},{1 + i % 59 * 0.1:0.0}{i % 7},{0.1 + i % 25 * 0.1:0.0},row {i}\n"
                    )
                );
        }

        public FileStream Open() => File.OpenRead(path);

        public ValueTask DisposeAsync()
        {
            File.Delete(path);
            return ValueTask.CompletedTask;
        }
    }

    [LatencyFact]
    public async Task What_if()
    {
        using var lab = LabServer.AsDeployed();
        foreach (var (table, cell, low, step) in new[] { ("iris", "cell-2", 1.2, 0.1), ("breast-cancer", "cell-0", 8, 0.2) })
        {
            var draft = RunDraft.Default(await lab.Get<Datasets>().AddSampleAsync(table));
            var id = await lab.Get<LabRuns>().StartAsync(draft.ToRequest(), default);
            await lab.UntilAsync(lab.Get<LabRuns>().Folder(id), RunState.Succeeded);
            await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{id}/predict?row=1");
            await Expect(visit.Page.Locator(".question-text")).ToBeVisibleAsync(new() { Timeout = 120_000 });
            await Task.Delay(3000);
            var times = new List<double>();
            for (var i = 0; i < 60; i++)
            {
                var value = (low + i * step).ToString("0.0", CultureInfo.InvariantCulture);
                times.Add(await visit.Page.EvaluateAsync<double>(Cell, new object[] { cell, value }));
                await Task.Delay(100);
            }
            var learners = await visit.Page.Locator(".answers-side tbody tr").CountAsync();
            Report($"what-if on lift-mini, {table}, {learners} learners", times);
        }
    }
}

/// <summary>A measurement in the browser: skipped unless <see cref="Variable"/> names the file that the times are appended to.</summary>
sealed class LatencyFactAttribute : FactAttribute
{
    public const string Variable = "LIFTLAB_LATENCY";

    public static string? File => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? file : null;

    public LatencyFactAttribute() => Skip = File is null ? $"set {Variable} to a file to measure" : BrowserSkip.Reason;
}
