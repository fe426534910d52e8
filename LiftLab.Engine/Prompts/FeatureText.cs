namespace LiftLab.Engine.Prompts;

/// <summary>One feature of one row, as a template sees it: <c>{{ feature.name }}</c>, <c>.value</c>, <c>.wording</c>, <c>.cell</c>, <c>.index</c>, <c>.unit</c>, <c>.missing</c>, <c>.number</c>, <c>.code</c>.</summary>
/// <param name="Value">Formatted by the number format; the missing wording where the cell is empty.</param>
/// <param name="Wording">The schema's wording of a code, else <paramref name="Value"/>.</param>
/// <param name="Cell">As in the table.</param>
/// <param name="Code">As short as can be: a scaled number's level, a category's letter, else <paramref name="Value"/>.</param>
/// <param name="Index">From 1, in table order; stays with its column when columns are permuted.</param>
sealed record FeatureText(string Name, string Value, string Wording, string Cell, int Index, string Unit, bool Missing, bool IsNumber, string Code);
