using System.CommandLine;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Commands.Models;

/// <summary><c>tokens FOLDER</c>: prints the token ids and pieces of the text on standard input.</summary>
static class TokensCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("model folder")
        {
            Description = "A folder with a tokenizer, or 'bytes' for the built-in byte-level one.",
        };
        var json = JsonOutput.Option();
        var ordinary = new Option<bool>("--ordinary") { Description = "Encodes the texts of the model's special tokens as ordinary text." };
        var command = new Command("tokens", "Prints token ids and pieces of the text on standard input.") { folder, ordinary, json };
        command.SetAction(
            (parse, cancel) =>
                Failures.Answer(async () =>
                {
                    var name = parse.GetValue(folder)!;
                    Tokenizer tokenizer = name == "bytes" ? new ByteTokenizer() : TokenizerFolder.Load(name);
                    var text = await Console.In.ReadToEndAsync(cancel);
                    if (parse.GetValue(ordinary) && tokenizer is BpeTokenizer bpe)
                    {
                        var ids = bpe.EncodeOrdinary(text);
                        return JsonOutput.Write(
                            parse.GetValue(json),
                            new
                            {
                                tokenizer = bpe.Name,
                                count = ids.Length,
                                ids,
                            }
                        );
                    }
                    var pieces = tokenizer.Pieces(text);
                    if (parse.GetValue(json))
                        return JsonOutput.Write(
                            true,
                            new
                            {
                                tokenizer = tokenizer.Name,
                                count = pieces.Count,
                                ids = pieces.Select(p => p.Id),
                                pieces = pieces.Select(p => new
                                {
                                    p.Id,
                                    p.Text,
                                    p.Start,
                                    p.Length,
                                }),
                            }
                        );
                    foreach (var piece in pieces)
                        await Console.Out.WriteLineAsync(
                            $"{piece.Id, 8}  {piece.Start, 6}  {System.Text.Json.JsonSerializer.Serialize(piece.Text)}"
                        );
                    return ExitCode.Done;
                })
        );
        return command;
    }
}
