using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class PromptLinesTests
{
    [Fact]
    public void A_line_is_as_the_paper_wrote_it() =>
        Assert.Equal(
            """{"prompt":"When we have x1=0.95, What's this? ###", "completion":"0@@@"}""",
            PromptLines.Write(new("When we have x1=0.95, What's this? ###", "0@@@"))
        );

    [Fact]
    public void Quotes_in_a_cell_leave_the_line_readable() =>
        Assert.Equal(
            "a \"b\"###",
            System.Text.Json.JsonDocument.Parse(PromptLines.Write(new("a \"b\"###", "1@@@"))).RootElement.GetProperty("prompt").GetString()
        );

    [Fact]
    public void A_file_with_text_is_a_template_and_one_with_a_record_too()
    {
        var folder = Directory.CreateTempSubdirectory("template");
        try
        {
            var (plain, record) = (Path.Combine(folder.FullName, "mine.txt"), Path.Combine(folder.FullName, "mine.json"));
            File.WriteAllText(plain, "{% for f in features %}{{ f.value }};{% endfor %}###\n");
            Assert.Equal(
                ("mine", "{% for f in features %}{{ f.value }};{% endfor %}###"),
                PromptFile.Read(plain, TaskKind.Classification) is var t ? (t.Name, t.Text) : default
            );
            File.WriteAllText(
                record,
                System.Text.Json.JsonSerializer.Serialize(PromptPresets.LiftMini, LiftLab.Engine.Runs.RunJson.Pretty)
            );
            Assert.Equal(PromptPresets.LiftMini, PromptFile.Read(record, TaskKind.Regression));
            Assert.Throws<ArgumentException>(() => PromptFile.Read("nothing", TaskKind.Regression));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
