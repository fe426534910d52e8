using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts;

/// <summary>The colour of a text on a cell.</summary>
static class TileText
{
    /// <summary>Position on the scale from paper (0) to accent (1) from which paper contrasts better than ink.</summary>
    const double Dark = .55;

    public static string Colour(double? cell, ValueScale? scale, ChartTheme theme) =>
        cell is { } value && scale is { IsShare: true } && scale.ShareOf(value) > Dark ? theme.Paper : theme.Ink;
}
