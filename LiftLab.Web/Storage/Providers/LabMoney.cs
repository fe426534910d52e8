using System.Globalization;
using System.Text.Json;
using LiftLab.Engine;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Storage.Providers;

/// <summary>
/// The lab's money: its limits, its list of prices, and what was spent. What runs and studies spend is in their folders; what is deleted,
/// and what belongs to no run, is in <c>money/spent.jsonl</c>.
/// </summary>
public sealed class LabMoney(LabFolder lab, TimeProvider clock)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>An estimate that is set aside for a run or study until it is over.</summary>
    sealed record Aside(string Work, decimal Dollars);

    public MoneySettings Settings
    {
        get
        {
            try
            {
                return File.Exists(SettingsFile)
                    ? JsonSerializer.Deserialize<MoneySettings>(PlainFile.Bytes(SettingsFile), Json) ?? new()
                    : new();
            }
            catch (JsonException)
            {
                // Nothing may be spent where the limits cannot be read.
                return new()
                {
                    ConfirmAbove = 0,
                    MostPerRun = 0,
                    MostPerMonth = 0,
                };
            }
        }
    }

    /// <exception cref="ArgumentException">An amount cannot be used.</exception>
    public void Save(MoneySettings settings)
    {
        Visitor.Demand(Role.Administer, "change limits of spending");
        Visitor.Note("change limits of spending");
        settings.Check();
        RunFolder.WriteWhole(SettingsFile, stream => JsonSerializer.Serialize(stream, settings, Json));
    }

    /// <summary>The lab's own list, else the one that comes with LiftLab.</summary>
    /// <exception cref="FormatException">The file cannot be read.</exception>
    public PriceList Prices => PriceList.Read(File.Exists(lab.Prices) ? lab.Prices : PriceList.Bundled);

    /// <summary>Whether the lab has a list of its own.</summary>
    public bool HasOwnPrices => File.Exists(lab.Prices);

    public void Save(PriceList prices)
    {
        Visitor.Demand(Role.Administer, "change prices");
        Visitor.Note("change prices");
        RunFolder.WriteWhole(lab.Prices, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(prices.Write())));
    }

    /// <summary>What no folder of a run keeps: questions of a connection test, and the work of deleted runs.</summary>
    public SpendingFile Spent => new(Path.Combine(Directory.CreateDirectory(lab.Money).FullName, "spent.jsonl"));

    public static Bill BillOf(string folder) => Bill.Of(new SpendingFile(Path.Combine(folder, SpendingFile.FileName)).Read());

    /// <summary>Moves what a folder has spent into the lab's own list, because the folder is about to be deleted.</summary>
    public void Take(string folder)
    {
        var spent = Spent;
        foreach (var entry in new SpendingFile(Path.Combine(folder, SpendingFile.FileName)).Read())
            spent.Add(entry);
    }

    /// <summary>Sets an estimate aside until its work is over.</summary>
    public void SetAside(string work, decimal dollars) =>
        SharedLines.Add(AsideFile, JsonSerializer.SerializeToUtf8Bytes(new Aside(work, dollars), JsonSerializerOptions.Web));

    /// <summary>This month's sum.</summary>
    /// <param name="unfinished">Ids of runs and studies that are not over.</param>
    public MonthSum Month(IReadOnlyCollection<string> unfinished)
    {
        var now = clock.GetUtcNow();
        var spent = new List<SpendingEntry>(Spent.Read());
        foreach (var root in (string[])[lab.Runs, lab.Studies])
            if (Directory.Exists(root))
                foreach (var folder in Directory.EnumerateDirectories(root))
                    spent.AddRange(new SpendingFile(Path.Combine(folder, SpendingFile.FileName)).Read());
        // A job that an earlier month has billed is not billed again by an attempt of this one.
        var earlier = spent.Where(e => !InMonth(e.At, now)).Select(e => e.Job).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var bill = Bill.Of(spent.Where(e => InMonth(e.At, now) && (e.Job is null || !earlier.Contains(e.Job))));
        return new(now.ToString("MMMM yyyy", CultureInfo.InvariantCulture), bill, AsideOf(unfinished), Settings.MostPerMonth);
    }

    decimal AsideOf(IReadOnlyCollection<string> unfinished)
    {
        if (unfinished.Count == 0 || !File.Exists(AsideFile))
            return 0;
        return File.ReadAllLines(AsideFile)
            .Select(Parse)
            .OfType<Aside>()
            .Where(a => unfinished.Contains(a.Work))
            .GroupBy(a => a.Work)
            .Sum(g => Math.Max(0, g.Last().Dollars - SpentBy(g.Key)));
    }

    /// <summary>Null for a line that was cut off.</summary>
    static Aside? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Aside>(line, JsonSerializerOptions.Web) is { Work: not null } aside ? aside : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    decimal SpentBy(string work) =>
        lab.Run(work) is { } run ? BillOf(run.Path).Dollars
        : lab.Study(work) is { } study ? BillOf(study.Path).Dollars
        : 0;

    static bool InMonth(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.Year == now.UtcDateTime.Year && at.UtcDateTime.Month == now.UtcDateTime.Month;

    string SettingsFile => Path.Combine(lab.Money, "limits.json");

    string AsideFile => Path.Combine(Directory.CreateDirectory(lab.Money).FullName, "aside.jsonl");
}

/// <summary>What a month has cost so far.</summary>
/// <param name="Month">"November 2026".</param>
/// <param name="Aside">Estimated cost of work that is queued or running, without what it has spent already.</param>
/// <param name="Most">The lab's limit; null for none.</param>
public sealed record MonthSum(string Month, Bill Spent, decimal Aside, decimal? Most)
{
    /// <summary>Null where there is no limit; not below 0.</summary>
    public decimal? Left => Most is { } most ? Math.Max(0, most - Spent.Dollars - Aside) : null;
}
