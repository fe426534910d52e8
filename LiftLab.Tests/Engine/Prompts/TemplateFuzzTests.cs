using System.Diagnostics;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Templates;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>Templates of chance end soon, with a text or with a message that says what is wrong.</summary>
public sealed class TemplateFuzzTests
{
    /// <summary>Templates of the test; the variable LIFTLAB_FUZZ raises it.</summary>
    static readonly int Templates = int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_FUZZ"), out var n) ? n : 3_000;

    static readonly string[] Pieces =
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "{{-",
        "-%}",
        "{",
        "}",
        "%",
        "|",
        "'",
        "\"",
        "[",
        "]",
        "(",
        ")",
        ".",
        "..",
        ",",
        ":",
        "==",
        "<",
        "contains",
        "and",
        "or",
        " ",
        "\n",
        "for f in features",
        "endfor",
        "if",
        "else",
        "elsif",
        "endif",
        "unless",
        "endunless",
        "case",
        "when",
        "endcase",
        "break",
        "continue",
        "comment",
        "endcomment",
        "raw",
        "endraw",
        "assign",
        "include",
        "liquid",
        "cycle",
        "tablerow",
        "capture",
        "features",
        "row",
        "target",
        "forloop",
        "f",
        "f.name",
        "f.value",
        "f.token",
        "row['a']",
        "row[\"b c\"]",
        "features[0]",
        "features[99]",
        "features.size",
        "nil",
        "true",
        "empty",
        "decimals: 2",
        "decimals: 99",
        "decimals: -1",
        "integer",
        "replace: 'a', 'aaaaaaaa'",
        "truncate: 3",
        "slice: -9, 99",
        "append: 'x'",
        "default: 1",
        "upcase",
        "strip",
        "split: ','",
        "0",
        "-1",
        "1e309",
        "99999999999999999999",
        "\u0000",
        "é",
        "😀",
        "\ud800",
        "###",
        "@@@",
        "<07>",
    ];

    static string Draw(Random random, string[] seeds)
    {
        if (random.Next(3) == 0)
            return string.Concat(
                Enumerable.Range(0, random.Next(1, 40)).Select(_ => Pieces[random.Next(Pieces.Length)] + (random.Next(2) == 0 ? " " : ""))
            );
        var text = seeds[random.Next(seeds.Length)];
        for (var edit = random.Next(1, 6); edit > 0; edit--)
        {
            var at = random.Next(text.Length + 1);
            var length = Math.Min(random.Next(12), text.Length - at);
            text = random.Next(3) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                _ => text.Insert(at, text.Substring(random.Next(text.Length - length + 1), length)),
            };
        }
        return text;
    }

    [Fact]
    public void No_template_of_chance_throws_or_hangs()
    {
        var (table, schema) = SmallTables.Of(
            TaskKind.Classification,
            ("a", ColumnKind.Number, ["1.5", "", "3"]),
            ("b c", ColumnKind.Category, ["x", "y", "'{{"]),
            ("y", ColumnKind.Category, ["p", "q", "p"])
        );
        string[] seeds = [.. PromptPresets.All.Select(p => p.Template.Text)];
        var random = new Random(7);
        var (written, refused) = (0, 0);
        for (var i = 0; i < Templates; i++)
        {
            var text = Draw(random, seeds);
            var watch = Stopwatch.StartNew();
            try
            {
                var prompts = TablePrompts.Fit(PromptPresets.LiftMini with { Text = text }, table, schema, [0, 1, 2], ["p", "q"]);
                foreach (var row in new[] { 0, 1, 2 })
                    prompts.PromptWithPlaces(table, row);
                written++;
            }
            catch (TemplateFaultException e)
            {
                Assert.NotEmpty(e.Message);
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"template {i}: {e.GetType().Name} {e.Message}\n{text}");
            }
            Assert.True(watch.Elapsed.TotalSeconds < 5, $"template {i} took {watch.Elapsed}:\n{text}");
        }
        Assert.True(written > Templates / 20, $"{written} written"); // else the test does not reach the rendering
        Assert.True(refused > Templates / 20, $"{refused} refused");
    }
}
