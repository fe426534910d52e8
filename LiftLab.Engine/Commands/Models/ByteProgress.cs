using System.Globalization;
using LiftLab.Engine.Hub;

namespace LiftLab.Engine.Commands.Models;

/// <summary>Progress of a download: one line that is overwritten on a terminal, otherwise one line per 5 %.</summary>
sealed class ByteProgress(TextWriter error, bool terminal) : IProgress<DownloadProgress>
{
    const int Width = 30;
    long told = -1;

    public void Report(DownloadProgress value)
    {
        var share = value.Total == 0 ? 1 : (double)value.Done / value.Total;
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"{share * 100, 5:0.0} %  {ByteWords.Of(value.Done)} of {ByteWords.Of(value.Total)}  {value.Doing}"
        );
        if (terminal)
        {
            var full = (int)(share * Width);
            error.Write(
                $"\r[{new string('#', full)}{new string(' ', Width - full)}] {words}\u001b[K{(value.Done == value.Total ? "\n" : "")}"
            );
        }
        else if ((long)(share * 20) is var twentieth && twentieth != told)
        {
            told = twentieth;
            error.WriteLine(words);
        }
    }
}
