using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>
/// The rotary settings of a config.json, in the old form (separate entries and "rope_scaling") and the new one ("rope_parameters").
/// </summary>
/// <param name="Share">Fraction of a head's dimensions that is rotated.</param>
sealed record RotaryEntries(double Base, double Share, RotaryScaling? Scaling)
{
    const double UsualBase = 10000;

    /// <param name="baseEntry">A family's own name of the base, beside "rope_theta".</param>
    /// <param name="shareEntry">A family's own name of the share, beside "partial_rotary_factor".</param>
    /// <exception cref="ModelFolderException">The settings contradict each other, or are a kind of rope scaling that is not
    /// supported.</exception>
    public static RotaryEntries Read(ConfigEntries c, string? baseEntry = null, string? shareEntry = null, double usualShare = 1)
    {
        var (parameters, scaling) = (c.Inside("rope_parameters"), c.Inside("rope_scaling"));
        if (parameters is not null && scaling is not null && !System.Text.Json.Nodes.JsonNode.DeepEquals(parameters.Json, scaling.Json))
            throw ConfigEntries.Impossible("'rope_parameters' and 'rope_scaling' differ, which are two names of one entry");
        var inner = parameters ?? scaling;
        var read = new RotaryEntries(
            ConfigEntries.Agreed((inner, "rope_theta"), (c, "rope_theta"), (c, baseEntry)) ?? UsualBase,
            ConfigEntries.Agreed((inner, "partial_rotary_factor"), (c, "partial_rotary_factor"), (c, shareEntry)) ?? usualShare,
            inner is null ? null : ScalingOf(inner)
        );
        if (read.Base <= 0 || read.Share is <= 0 or > 1)
            throw ConfigEntries.Impossible(
                FormattableString.Invariant($"rotary embeddings with base {read.Base} on {read.Share} of each head are not possible")
            );
        return read;
    }

    static RotaryScaling? ScalingOf(ConfigEntries inner)
    {
        var kind = inner.Text("rope_type", inner.Text("type", "default"));
        RotaryScaling? scaling = kind switch
        {
            "default" => null,
            "linear" => new(Positive(inner, "factor")),
            "llama3" => new(
                Positive(inner, "factor"),
                new(
                    Positive(inner, "low_freq_factor"),
                    Positive(inner, "high_freq_factor"),
                    Positive(inner, "original_max_position_embeddings")
                )
            ),
            _ => throw Unsupported($"asks for rope scaling of type '{kind}'"),
        };
        if (scaling?.Bands is { } bands && bands.High <= bands.Low)
            throw ConfigEntries.Impossible("high_freq_factor must be above low_freq_factor");
        _ = inner.Has("original_max_position_embeddings"); // also written for kinds that do not use it
        return inner.Left.FirstOrDefault(name => inner.Json[name] is not null) is { } unknown
            ? throw Unsupported($"has '{unknown}' in its rope settings of type '{kind}'")
            : scaling;
    }

    static double Positive(ConfigEntries inner, string name) =>
        inner.Number(name, 0) is > 0 and var value ? value : throw inner.Wrong(name, "a number above 0");

    static ModelFolderException Unsupported(string what) =>
        new(
            "config-unsupported",
            "config.json " + what + ", which is not supported",
            "Use a model with plain rotary embeddings, or with rope scaling of type linear or llama3."
        );
}
