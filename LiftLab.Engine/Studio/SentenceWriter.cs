using System.Text;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Studio;

/// <summary>Drafts a readable template from the columns' names, units and value labels, for a person to improve.</summary>
public static class SentenceWriter
{
    /// <summary>More columns would make a template longer than templates may be; they are written by a loop.</summary>
    const int MostColumns = 60;

    const string Loop =
        "{% for f in features %}The {{ f.name }} is {{ f.wording }}{% if f.unit != '' %}{% unless f.missing %} {{ f.unit }}{% endunless %}{% endif %}. {% endfor %}";

    /// <summary>"The sepal length is 5.1 cm, … and the petal width is 0.2 cm. What is the species?###"</summary>
    public static PromptTemplate Draft(Table table, Schema schema)
    {
        var features = schema.Features;
        var text = new StringBuilder();
        if (features.Count > MostColumns)
            text.Append(Loop);
        else
            for (var i = 0; i < features.Count; i++)
            {
                text.Append(
                    i == 0 ? "The "
                    : i == features.Count - 1 ? (features.Count == 2 ? " and the " : ", and the ")
                    : ", the "
                );
                text.Append(Item(table, features[i], i));
            }
        if (features.Count is > 0 and <= MostColumns)
            text.Append(". ");
        text.Append("What is the ").Append(Target(schema.Target)).Append("?###");
        return new("sentence", text.ToString(), new(NumberStyle.AsWritten, TargetDecimals: Decimals(table[schema.Target.Name])))
        {
            Joint = " ",
        };
    }

    static string Item(Table table, ColumnSchema column, int index)
    {
        var words = ColumnWords.Of(column);
        var place = FormattableString.Invariant($"features[{index}]");
        var value = words.With($"{{{{ {place}.wording }}}}");
        if (words.Unit is not null && Enumerable.Range(0, table.RowCount).Any(table[column.Name].IsMissing))
            value = $"{{% if {place}.missing %}}unknown{{% else %}}{value}{{% endif %}}";
        return $"{Plain(words.Noun, $"{{{{ {place}.name }}}}")} is {value}";
    }

    static string Target(ColumnSchema target)
    {
        var words = ColumnWords.Of(target);
        var name = Plain(words.Noun, "{{ target }}");
        return words.Unit is { } unit && Plain(unit, "") is { Length: > 0 } plain ? $"{name} in {plain}" : name;
    }

    /// <summary>A name that the template language or the end marks would read otherwise is written by its variable.</summary>
    static string Plain(string text, string otherwise) =>
        text.Contains('{')
        || text.Contains('}')
        || text.Contains('\n')
        || text.Contains(Separators.Prompt, StringComparison.Ordinal)
        || text.Contains(Separators.Completion, StringComparison.Ordinal)
            ? otherwise
            : text;

    /// <summary>Decimal places of the longest of the first cells, so that the answer's numbers keep theirs.</summary>
    static int Decimals(Column column) =>
        Math.Clamp(
            column.Cells.Take(200).Select(c => c.IndexOf('.') is >= 0 and var point ? c.Length - point - 1 : 0).DefaultIfEmpty().Max(),
            0,
            15
        );
}
