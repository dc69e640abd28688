namespace Precinto.Formats.Json;

/// <summary>The part of a configuration in which a value stands, however deep: what a loader takes all that is in it for.</summary>
internal enum ConfigurationSection
{
    None,

    /// <summary>Which class of which file stands for which task (transformers).</summary>
    AutoMap,

    /// <summary>How attention and the like are computed: by a name that the library knows, or by code of a repository (kernels).</summary>
    Kernels,

    /// <summary>In which file each tensor of a model lies that has several.</summary>
    Weights,

    /// <summary>Which class reads which folder (Asym and Router of sentence-transformers).</summary>
    Types,
}
