using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts;

/// <summary>The colour of a text that is written on a cell.</summary>
static class TileText
{
    /// <summary>From this place on a scale from the paper to the accent on, the paper's colour contrasts better than the ink.</summary>
    const double Dark = .55;

    public static string Colour(double? cell, ValueScale? scale, ChartTheme theme) =>
        cell is { } value && scale is { IsShare: true } && scale.ShareOf(value) > Dark ? theme.Paper : theme.Ink;
}
