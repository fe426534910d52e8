using System.Text.RegularExpressions;

namespace LiftLab.Tests.House;

/// <summary>Rules for source files that reviewers need not check.</summary>
public sealed class SourceRuleTests
{
    const int LongestFile = 400;

    /// <summary>Files that may be longer, with the reason.</summary>
    static readonly Dictionary<string, string> LongForAReason = new(StringComparer.Ordinal);

    static readonly IReadOnlyList<string> Product =
    [
        .. Sources.Files("LiftLab.Engine", ".cs", ".razor"),
        .. Sources.Files("LiftLab.Web", ".cs", ".razor"),
    ];

    /// <summary>
    /// Banned pattern, alternative, and exempt files. Banned calls that the compiler can find are in build/BannedSymbols.txt.
    /// </summary>
    static readonly (string Pattern, string Instead, Func<string, bool> Exempt)[] Banned =
    [
        (
            @"(?<!\w)Console\.",
            "only Program and Commands write to the console",
            f => f.StartsWith("LiftLab.Engine/Commands/", StringComparison.Ordinal) || f.EndsWith("/Program.cs", StringComparison.Ordinal)
        ),
        (@"#pragma warning disable", "fix the cause", _ => false),
        // Without @bind, the answer to a key is written into the field, over what was typed meanwhile.
        (@"@oninput=", "use @bind:event", _ => false),
        (@"\bTODO\b|\bFIXME\b|\bHACK\b", "finish it", _ => false),
        (
            @"(?<![\w.])tensor\([^;]*\bdevice:|\.to\((\w+\.)*[dD]evice\b",
            "use Upload.Of, which does not wait for a GPU; weights from files go past it, because a second copy in memory costs more",
            f => f is "LiftLab.Engine/Models/Torch/Upload.cs" or "LiftLab.Engine/Models/Files/WeightLoader.cs"
        ),
        (@"https?://(cdn|unpkg|fonts\.googleapis)", "everything is served locally", _ => false),
    ];

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold()
    {
        var files = Product.Concat(Sources.Files("LiftLab.Tests", ".cs")).ToArray();
        var tooLong = files
            .Select(f => (File: f, Lines: Sources.Read(f).Count(c => c == '\n')))
            .Where(f => f.Lines > LongestFile && !LongForAReason.ContainsKey(f.File))
            .Select(f => $"{f.File}: {f.Lines} lines");
        Assert.Empty(tooLong);
        Assert.Empty(LongForAReason.Keys.Except(files));
    }

    [Fact]
    public void The_usual_file_is_short()
    {
        var lines = Product.Select(f => Sources.Read(f).Count(c => c == '\n')).Order().ToArray();
        Assert.InRange(lines[lines.Length / 2], 10, 120);
    }

    [Fact]
    public void No_banned_call_is_made()
    {
        var found =
            from file in Product
            let text = WithoutComments(Sources.Read(file))
            from rule in Banned
            where !rule.Exempt(file)
            from Match match in Regex.Matches(text, rule.Pattern)
            select $"{file}: '{match.Value}' ({rule.Instead})";
        Assert.Empty(found.Distinct());
    }

    [Fact]
    public void A_training_step_waits_for_the_device_once()
    {
        static int Waits(string file) =>
            Regex.Count(WithoutComments(Sources.Read("LiftLab.Engine/FineTuning/" + file)), @"\.cpu\(\)|\.item<|\.ToDouble\(|\.ToSingle\(");
        Assert.Equal((1, 1), (Waits("Training/Trainer.cs"), Waits("Stacks/StackStep.cs")));
        string[] parts = ["Batch", "RowPacking", "Optimizer", "AdamW", "AdamW8", "AdamStep", "Moment"];
        Assert.All(parts, p => Assert.Equal(0, Waits($"Training/{p}.cs")));
        Assert.Equal(0, Waits("Stacks/StackBatch.cs"));
    }

    [Fact]
    public void No_test_listens_for_an_address_that_may_have_come()
    {
        var found = Sources
            .Files("LiftLab.Tests", ".cs")
            .Where(f => f.StartsWith("LiftLab.Tests/EndToEnd/", StringComparison.Ordinal))
            .Where(f => Regex.IsMatch(Sources.Read(f), @"\.(WaitForURL|WaitForNavigation|RunAndWaitForNavigation)Async\("));
        Assert.Empty(found); // use Visit.AtAsync, which polls the address: an event that fired earlier is not missed
    }

    [Fact]
    public void No_file_is_named_after_nothing()
    {
        string[] empty = ["Util", "Utils", "Helper", "Helpers", "Common", "Manager", "Misc"];
        var wrong = Product.Where(f => empty.Any(e => Path.GetFileNameWithoutExtension(f).EndsWith(e, StringComparison.Ordinal)));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Each_file_of_code_declares_the_noun_it_is_named_after()
    {
        var wrong =
            from file in Product
            where
                file.EndsWith(".cs", StringComparison.Ordinal)
                && !file.EndsWith("Program.cs", StringComparison.Ordinal)
                && !file.EndsWith("GlobalUsings.cs", StringComparison.Ordinal)
            let noun = Path.GetFileName(file).Split('.')[0]
            where !Regex.IsMatch(Sources.Read(file), $@"\b(class|record|struct|interface|enum|delegate \w+)\s+{noun}\b")
            select file;
        Assert.Empty(wrong);
    }

    static string WithoutComments(string code) => Regex.Replace(code, @"(?<!:)//.*|@\*[\s\S]*?\*@", "");
}
