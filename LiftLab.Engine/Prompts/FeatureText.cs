namespace LiftLab.Engine.Prompts;

/// <summary>
/// One feature of one row, as a template sees it: <c>{{ feature.name }}</c>, <c>.value</c>, <c>.wording</c>, <c>.cell</c>, <c>.index</c>,
/// <c>.unit</c>, <c>.missing</c>, <c>.number</c>, <c>.letter</c>, <c>.symbol</c>, <c>.token</c>.
/// </summary>
/// <param name="Value">Formatted by the number format; the missing wording where the cell is empty.</param>
/// <param name="Wording">The schema's wording of a code, else <paramref name="Value"/>.</param>
/// <param name="Cell">As in the table.</param>
/// <param name="Letter">One token: a scaled number's level, a category's letter in its own column; else <paramref name="Value"/>.</param>
/// <param name="Symbol">One token: a scaled number's level, a category's character that no other column has; else <paramref
/// name="Value"/>.</param>
/// <param name="Token">One token that says which column it stands in: a scaled number's level in a column of its own (<c>&lt;3:07&gt;</c>),
/// a category's symbol; else <paramref name="Value"/>.</param>
/// <param name="Index">From 1, in table order; stays with its column when columns are permuted.</param>
sealed record FeatureText(
    string Name,
    string Value,
    string Wording,
    string Cell,
    int Index,
    string Unit,
    bool Missing,
    bool IsNumber,
    string Letter,
    string Symbol,
    string Token
);
