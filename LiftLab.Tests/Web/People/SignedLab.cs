using LiftLab.Web.Storage.People;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.People;

/// <summary>A lab in which people sign in, with clients of them.</summary>
sealed class SignedLab : IDisposable
{
    public const string Token = "the-access-token-of-a-test";

    readonly List<HttpClient> clients = [];

    public SignedLab(string? folder = null, params (string Name, string Value)[] settings)
        : this(folder, _ => { }, settings) { }

    public SignedLab(string? folder, Action<IServiceCollection> more, params (string Name, string Value)[] settings)
    {
        Lab = new(folder) { More = more, Settings = { ["LiftLab:AccessToken"] = Token } };
        foreach (var (name, value) in settings)
            Lab.Settings[name] = value;
        Lab.Start();
    }

    public LabServer Lab { get; }
    public LabPeople People => Lab.Get<LabPeople>();

    /// <summary>Adds a person.</summary>
    /// <returns>The entry, the token, and a client that sends the token.</returns>
    public (Person Person, string Token, HttpClient Http) Add(string name, Role role)
    {
        var (person, token) = People.Add(name, role);
        return (person, token!, Client(token));
    }

    /// <summary>A client with a token; null for one without.</summary>
    public HttpClient Client(string? token, params (string Name, string Value)[] headers)
    {
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Lab.Address };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        foreach (var (name, value) in headers)
            http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        clients.Add(http);
        return http;
    }

    /// <summary>The visitor of a person, as of a request.</summary>
    public Visitor Visitor(Person person) => Lab.Get<Visitors>().Of(Lab.Get<Visitors>().Principal(person.Id.ToString("N"), "test"));

    public void Dispose()
    {
        foreach (var http in clients)
            http.Dispose();
        Lab.Dispose();
    }
}
