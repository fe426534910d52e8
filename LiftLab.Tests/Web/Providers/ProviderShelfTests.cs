using LiftLab.Engine.Launching;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Providers;

namespace LiftLab.Tests.Web.Providers;

public sealed class ProviderShelfTests : IDisposable
{
    const string Secret = "sk-planted-shelf-0123456789";
    readonly LabServer lab = new();
    readonly ProviderShelf shelf;

    public ProviderShelfTests()
    {
        lab.Start();
        shelf = lab.Get<ProviderShelf>();
    }

    public void Dispose() => lab.Dispose();

    static Provider At(string address, string name = "mine") => new(name, "compatible", address);

    static LiftLab.Engine.Learning.LearnerSpec Spec(Provider provider) =>
        OpenAiSettings.Default(provider, "tiny", TaskKind.Classification).ToSpec();

    static Dictionary<string, string?> Handed(JobSecrets secrets)
    {
        var environment = new Dictionary<string, string?>();
        secrets.Hand(environment);
        return environment;
    }

    [Fact]
    public void A_key_is_kept_encrypted_and_goes_to_its_own_address_only()
    {
        shelf.Save(At("https://one.example/v1"), Secret, null);
        foreach (var file in Directory.EnumerateFiles(lab.Get<LabFolder>().Providers))
            Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal);
        Assert.True(shelf.Find("mine")!.HasKey);
        Assert.DoesNotContain(Secret, shelf.Find("mine")!.ToString(), StringComparison.Ordinal);
        Assert.Equal(Secret, shelf.KeyOf(At("https://one.example/v1")));
        Assert.Null(shelf.KeyOf(At("https://evil.example/v1"))); // a specification from elsewhere with the same name

        var own = shelf.SecretsFor([Spec(At("https://one.example/v1"))]);
        Assert.Equal(Secret, Handed(own)["LIFTLAB_KEY_MINE"]);
        Assert.DoesNotContain(Secret, own.ToString(), StringComparison.Ordinal);
        var job = new JobSpec("a", JobKind.Run, "/tmp", [], "/tmp/log") { Secrets = own };
        Assert.DoesNotContain(Secret, job.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(job.CommandLine, a => a.Contains(Secret, StringComparison.Ordinal));
        Assert.Throws<LaunchFailedException>(() => own.Refuse("a cluster"));
        Assert.Empty(Handed(shelf.SecretsFor([Spec(At("https://evil.example/v1"))])));
        Assert.Empty(Handed(shelf.SecretsFor([new("lift")])));
    }

    [Fact]
    public void Another_address_needs_the_key_again_and_a_new_name_keeps_it()
    {
        shelf.Save(At("https://one.example/v1"), Secret, null);
        Assert.Contains(
            "enter the key again",
            Assert.Throws<ArgumentException>(() => shelf.Save(At("https://two.example/v1"), null, "mine")).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(Secret, shelf.KeyOf(At("https://one.example/v1")));
        shelf.Save(At("https://one.example/v1", "renamed"), null, "mine");
        Assert.Null(shelf.Find("mine"));
        Assert.Equal(Secret, shelf.KeyOf(At("https://one.example/v1", "renamed")));
        shelf.Save(At("https://two.example/v1", "renamed"), "sk-new", "renamed");
        Assert.Equal("sk-new", shelf.KeyOf(At("https://two.example/v1", "renamed")));
        shelf.Delete("renamed");
        Assert.Empty(shelf.All);
    }

    [Theory]
    [InlineData("a-b", "a_B", "https://x.example/v1", "already")]
    [InlineData(null, "a b", "https://x.example/v1", "1 to 60")]
    [InlineData(null, "../evil", "https://x.example/v1", "1 to 60")]
    [InlineData(null, "fine", "http://x.example/v1", "must begin with https")]
    [InlineData(null, "fine", "https://user:pass@x.example/v1", "no user")]
    [InlineData(null, "fine", "not an address", "needs an address")]
    public void What_cannot_be_used_is_refused_in_words(string? there, string name, string address, string words)
    {
        if (there is not null)
            shelf.Save(At("https://x.example/v1", there), null, null);
        Assert.Contains(
            words,
            Assert.Throws<ArgumentException>(() => shelf.Save(At(address, name), Secret, null)).Message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(shelf.All, p => p.Name == name);
    }

    [Fact]
    public void A_lab_whose_keys_are_lost_has_the_provider_without_its_key()
    {
        shelf.Save(At("https://one.example/v1"), Secret, null);
        var file = Directory.EnumerateFiles(lab.Get<LabFolder>().Providers).Single();
        var text = File.ReadAllText(file);
        var at = text.IndexOf("CfDJ", StringComparison.Ordinal) + 60; // the head of every sealed text
        File.WriteAllText(file, text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..]);
        Assert.Null(shelf.KeyOf(At("https://one.example/v1")));
        Assert.Empty(Handed(shelf.SecretsFor([Spec(At("https://one.example/v1"))])));
        File.WriteAllText(Path.Combine(lab.Get<LabFolder>().Providers, "odd.json"), "{ not json");
        Assert.Single(shelf.All);
    }
}
