using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace LiftLab.Web.Pages.Report;

/// <summary>Renders a document's component as one HTML file.</summary>
sealed class DocumentWriter(IServiceProvider services, ILoggerFactory logs)
{
    public async Task<byte[]> WriteAsync<T>(IReadOnlyDictionary<string, object?> parameters)
        where T : IComponent
    {
        await using var renderer = new HtmlRenderer(services, logs);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (
                await renderer.RenderComponentAsync<T>(ParameterView.FromDictionary(new Dictionary<string, object?>(parameters)))
            ).ToHtmlString()
        );
        return Encoding.UTF8.GetBytes("<!doctype html>\n" + html);
    }
}
