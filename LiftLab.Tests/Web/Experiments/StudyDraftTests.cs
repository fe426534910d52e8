using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Pages.Experiments;
using LiftLab.Web.Storage;

namespace LiftLab.Tests.Web.Experiments;

/// <summary>The form of a study and its address.</summary>
public sealed class StudyDraftTests
{
    static readonly DatasetRow Classes = Row("classes", TaskKind.Classification),
        Numbers = Row("numbers", TaskKind.Regression);

    static DatasetRow Row(string name, TaskKind task) =>
        new()
        {
            Id = Guid.NewGuid(),
            Name = name,
            FileName = name + ".csv",
            Schema = new([new("a", ColumnKind.Number), new("y", ColumnKind.Category, ColumnRole.Target)], task),
            CreatedUtc = DateTime.UnixEpoch,
        };

    static StudyDraft Draft(StudyAddress address, string question = "robustness", RunSpec? like = null, params DatasetRow[] tables) =>
        StudyDraft.Of(address, ExperimentList.Find(question), tables.Length == 0 ? [Classes] : tables, like);

    [Fact]
    public void An_empty_address_gives_the_defaults_of_the_question_for_the_task_of_the_tables()
    {
        var draft = Draft(new());
        Assert.Empty(draft.Faults);
        Assert.Equal(["lift", "logreg", "knn", "rf", "xgboost"], draft.Learners.Select(l => l.Name));
        Assert.Contains(draft.Kinds, k => k.Kind == "label-noise");
        Assert.Equal([0, 1, 2], draft.ToRequest().Seeds);

        var numbers = Draft(new(), tables: Numbers);
        Assert.DoesNotContain(numbers.Kinds, k => k.Kind == "label-noise"); // there are no labels to change
        Assert.Contains("linear", numbers.Learners.Select(l => l.Name));
        Assert.Contains(Draft(new(), tables: [Numbers, Classes]).Kinds, k => k.Kind == "label-noise");
    }

    [Fact]
    public void An_address_keeps_every_choice()
    {
        var kinds = (StudyKind[])
            [new("label-noise", "pair", [5, 12.5]), new("lost-columns", "most relevant", [1]), new("outliers", null, [2])];
        var address = new StudyAddress(
            Classes.Id.ToString("N"),
            "rf,lift",
            StudyAddress.Write(kinds),
            "3, 5",
            "paper",
            Recipe: "quick",
            Name: "mine & yours"
        );
        var text = address.Of("robustness");
        Assert.StartsWith("/experiments/robustness?tables=", text, StringComparison.Ordinal);
        Assert.Contains("name=mine%20%26%20yours", text, StringComparison.Ordinal);
        var draft = Draft(address);
        Assert.Equal(
            kinds.Select(k => (k.Name, string.Join(' ', k.Levels))),
            draft.Kinds.Select(k => (k.Name, string.Join(' ', k.Levels)))
        );
        var request = draft.ToRequest();
        Assert.Equal(["rf", "lift"], request.Learners!.Select(l => l.Name));
        Assert.Equal([3, 5], request.Seeds);
        Assert.Equal((Protocol.Paper, "mine & yours"), (request.Protocol, request.Name));
    }

    [Theory]
    [InlineData("label-noise:200", null, "200 % is not between 0 % and 100 %")]
    [InlineData("feature-noise:-1", null, "-1 sd is not between")]
    [InlineData("lost-columns:1.5", null, "1.5 is not a whole number")]
    [InlineData("label-noise:", null, "add a level")]
    [InlineData("", null, "Choose a kind")]
    [InlineData(null, "a", "“a” is not a whole number")]
    [InlineData(null, "-1", "“-1” is not a whole number")]
    [InlineData(null, "1, 1", "named twice")]
    [InlineData(null, "", "at least one seed")]
    [InlineData(null, "99999999999", "not a whole number")]
    public void What_cannot_start_is_kept_and_named(string? kinds, string? seeds, string words) =>
        Assert.Contains(words, Assert.Single(Draft(new(Kinds: kinds, Seeds: seeds)).Faults), StringComparison.Ordinal);

    [Fact]
    public void A_draft_without_tables_or_learners_cannot_start()
    {
        var draft = StudyDraft.Of(new(Learners: ""), ExperimentList.Find("robustness"), [], null);
        Assert.Equal(["Choose a table.", "Choose a learner."], draft.Faults);
    }

    [Theory]
    [InlineData("no-such-kind:5", null)]
    [InlineData("label-noise:five", null)]
    [InlineData(null, "no-such-learner")]
    public void An_address_that_names_what_there_is_not_is_refused_with_words(string? kinds, string? learners) =>
        Assert.Matches(
            "no-such-kind|five|no-such-learner",
            Assert.Throws<ArgumentException>(() => Draft(new(Kinds: kinds, Learners: learners))).Message
        );

    [Fact]
    public void A_run_gives_its_learners_and_their_settings()
    {
        var lift = new LearnerSpec("lift", new() { ["recipe"] = "quick" });
        var run = new RunSpec(
            "run-1",
            "A test",
            DateTimeOffset.UnixEpoch,
            "table.csv",
            TestRuns.Schema,
            0,
            0,
            lift,
            [new("knn"), new("majority")]
        );
        var draft = Draft(new(), like: run);
        Assert.Equal(["lift", "knn", "majority"], draft.Learners.Select(l => l.Name));
        Assert.Same(lift, draft.Learners[0]);
        // A learner that is added has its standard settings, one of the run keeps the run's.
        Assert.Same(lift, Draft(new(Learners: "rf,lift"), like: run).Learners[1]);
        Assert.Equal("quick", (string?)Draft(new(Recipe: "quick")).Learners[0].Settings?["recipe"]);
        Assert.Same(lift, Draft(new(Recipe: "best"), like: run).Learners[0]); // the run's settings count
        Assert.Throws<ArgumentException>(() => Draft(new(Recipe: "none")));
        // A question about one learner stays one.
        Assert.Equal(["lift"], Draft(new(), "averaged-samples", run).Learners.Select(l => l.Name));
    }

    [Fact]
    public void The_robustness_of_a_table_and_a_run_is_one_address()
    {
        var id = Guid.NewGuid();
        Assert.Equal(
            $"/experiments/robustness?tables={id:N}&like=20260101-000000-abcd",
            StudyAddress.OfRobustness(id, "20260101-000000-abcd")
        );
        Assert.Equal($"/experiments/robustness?tables={id:N}", StudyAddress.OfRobustness(id));
    }
}
