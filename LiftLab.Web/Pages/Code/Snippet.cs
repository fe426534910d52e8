namespace LiftLab.Web.Pages.Code;

/// <summary>A program that fine-tunes and asks a model of this lab through OpenAI's API, with its language's official client.</summary>
/// <param name="Language">For people ("Python").</param>
/// <param name="File">The name under which it is saved.</param>
/// <param name="Setup">What is done once, as commands; empty for nothing.</param>
/// <param name="Text">The program. It reads the key from the environment variable LIFTLAB_KEY.</param>
public sealed record Snippet(string Language, string File, string Setup, string Text)
{
    /// <summary>Two rows as a training file holds them.</summary>
    public const string TrainingLines = """
        {"prompt": "The petal length is 1.4. What is the species? ###", "completion": " setosa@@@"}
        {"prompt": "The petal length is 4.7. What is the species? ###", "completion": " versicolor@@@"}
        """;

    /// <param name="address">The server's address with its version, without a slash at the end.</param>
    /// <param name="model">A base model of this lab.</param>
    public static IReadOnlyList<Snippet> All(string address, string model) =>
        [
            new("Python", "quickstart.py", "pip install openai", Read("quickstart.py", address, model)),
            new("C#", "Program.cs", "dotnet new console && dotnet add package OpenAI", Read("Program.cs.txt", address, model)),
            new("Node", "quickstart.mjs", "npm install openai", Read("quickstart.mjs", address, model)),
            new("curl", "quickstart.sh", "", Read("quickstart.sh", address, model)),
        ];

    /// <summary>A program of the folder Programs, for an address and a model.</summary>
    static string Read(string file, string address, string model)
    {
        using var stream = typeof(Snippet).Assembly.GetManifestResourceStream("Programs." + file)!;
        using var reader = new StreamReader(stream);
        return reader
            .ReadToEnd()
            .TrimEnd()
            .Replace("$ADDRESS", address, StringComparison.Ordinal)
            .Replace("$MODEL", model, StringComparison.Ordinal);
    }
}
