using MudBlazor;

namespace LiftLab.Web.Pages.Shell;

/// <summary>MudBlazor's palettes: the colours of the custom properties in <c>css/colours.css</c>, where their use is described.</summary>
public static class LabTheme
{
    static readonly string[] Roboto = ["Roboto", "system-ui", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0d5561",
            PrimaryContrastText = "#ffffff",
            Secondary = "#4a5763",
            Tertiary = "#7a4b00",
            Background = "#f5f6f4",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#17212b",
            DrawerBackground = "#ffffff",
            TextPrimary = "#17212b",
            TextSecondary = "#4a5763",
            TextDisabled = "#65717c",
            ActionDefault = "#4a5763",
            ActionDisabled = "#65717c",
            ActionDisabledBackground = "#e6e9e8",
            LinesDefault = "#dfe3e2",
            LinesInputs = "#8a959d",
            TableLines = "#e4e8e7",
            Divider = "#dfe3e2",
            Error = "#a5301d",
            ErrorContrastText = "#ffffff",
            Warning = "#7d5200",
            WarningContrastText = "#ffffff",
            Success = "#17694a",
            SuccessContrastText = "#ffffff",
            Info = "#0d5561",
            InfoContrastText = "#ffffff",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#7ccbd3",
            PrimaryContrastText = "#06252a",
            Secondary = "#b3bec8",
            Tertiary = "#f0c063",
            Background = "#0f1419",
            Surface = "#161d24",
            AppbarBackground = "#161d24",
            AppbarText = "#e8edf1",
            DrawerBackground = "#161d24",
            TextPrimary = "#e8edf1",
            TextSecondary = "#b3bec8",
            TextDisabled = "#93a0ac",
            ActionDefault = "#b3bec8",
            ActionDisabled = "#93a0ac",
            ActionDisabledBackground = "#222c35",
            LinesDefault = "#28323b",
            LinesInputs = "#71808d",
            TableLines = "#28323b",
            Divider = "#28323b",
            Error = "#ff9c8a",
            ErrorContrastText = "#3a0a02",
            Warning = "#f0c063",
            WarningContrastText = "#2e1f00",
            Success = "#74d3a4",
            SuccessContrastText = "#05271a",
            Info = "#7ccbd3",
            InfoContrastText = "#06252a",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography
            {
                FontFamily = Roboto,
                FontSize = "0.9375rem",
                LineHeight = "1.5",
                LetterSpacing = "normal",
            },
            Body1 = new Body1Typography
            {
                FontFamily = Roboto,
                FontSize = "0.9375rem",
                LineHeight = "1.5",
                LetterSpacing = "normal",
            },
            Body2 = new Body2Typography
            {
                FontFamily = Roboto,
                FontSize = "0.875rem",
                LineHeight = "1.45",
                LetterSpacing = "normal",
            },
            Button = new ButtonTypography
            {
                FontFamily = Roboto,
                FontSize = "0.9375rem",
                FontWeight = "500",
                TextTransform = "none",
                LetterSpacing = "normal",
            },
        },
    };
}
