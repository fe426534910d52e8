using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts.Svg;

/// <summary>Which parts of a figure are painted, and their size. A pixel is 1/96 inch; the picture scales.</summary>
/// <param name="Height">Of the drawing with its legend and axes; title and caption are added to it.</param>
public sealed record SvgPage(double Width, double Height, bool Title, bool Legend, bool Caption)
{
    /// <summary>
    /// Pixels of a bitmap per pixel of the page: a whole figure is 1920 pixels wide, 300 dots per inch in a text column of 16 cm.
    /// </summary>
    public const double BitmapScale = 3;

    const double WholeWidth = 640,
        UsualHeight = 400;

    /// <summary>A figure with title, legend and caption. Text is 9 pt where the figure is 16 cm wide.</summary>
    public static SvgPage Whole(Figure figure) => new(WholeWidth, HeightOf(figure), Title: true, Legend: true, Caption: true);

    /// <summary>A figure in a document that has title and caption in its own text.</summary>
    public static SvgPage Inside(double width, double height, bool legend = true) =>
        new(width, height, Title: false, legend, Caption: false);

    static double HeightOf(Figure figure) =>
        figure.Height
        ?? (
            figure.Y.Categories.Count > 0 && figure.X.Categories.Count > 0
                ? Math.Clamp(110 + 44 * figure.Y.Categories.Count, 260, 640)
                : UsualHeight
        );
}
